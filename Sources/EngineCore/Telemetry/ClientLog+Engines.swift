internal import EngineRuntime
internal import EngineSansIO
internal import Logging

// What is said of engines and their connections.
extension ClientLog {
    func opened(_ connection: ConnectionID, of endpoint: EndpointTelemetry, now: MonotonicTime) {
        log(
            .debug, "connection opened", \.connectionOpened, of: endpoint, now: now,
            [LogKey.connection: .stringConvertible(connection.index)])
    }

    func closed(
        _ connection: ConnectionID, after nanoseconds: Int64, _ reason: ConnectionCloseReason?,
        of endpoint: EndpointTelemetry, now: MonotonicTime
    ) {
        log(
            .debug, "connection closed", \.connectionClosed, of: endpoint, now: now,
            [
                LogKey.connection: .stringConvertible(connection.index),
                LogKey.duration: .string(milliseconds(nanoseconds)),
                AttributeName.closeReason: .string(reason?.rawValue ?? ""),
            ])
    }

    func failedToConnect(_ error: any Error, to endpoint: EndpointTelemetry, now: MonotonicTime) {
        log(
            .debug, "connecting failed", \.connectFailed, of: endpoint, now: now,
            [LogKey.errorDetail: .string("\(error)")])
    }

    func starved(_ endpoint: EndpointTelemetry, limit: Int, now: MonotonicTime) {
        log(
            .notice, "engine serves fewer connections at once than are open", \.starved,
            of: endpoint, now: now,
            [LogKey.connectionLimit: .stringConvertible(limit)])
    }

    // Not limited: a breaker stays open for a while, and the last change must not be held back.
    func changed(
        _ endpoint: EndpointTelemetry, from last: EngineHealth.EndpointState,
        to state: EngineHealth.EndpointState, lastFailure: String?
    ) {
        let (level, message): (Logger.Level, Logger.Message) =
            switch state {
            case .broken: (.warning, "engine gets no more requests: too many failed")
            case .unready: (.warning, "engine gets no more requests: it says it is not ready")
            case .recovering: (.info, "engine is tried again")
            case .healthy where last == .unknown: (.debug, "engine answers")
            case .healthy: (.notice, "engine is back")
            case .unknown: (.debug, "nothing is known of the engine")
            }
        log(
            level, message, of: endpoint,
            [
                AttributeName.endpointState: .string(state.rawValue),
                LogKey.previousState: .string(last.rawValue),
                LogKey.lastFailure: .string(lastFailure ?? ""),
            ])
    }

    func loopWasLate(times: Int, _ loop: LoopStatistics, now: MonotonicTime) {
        log(
            .warning, "loop was kept from its sockets", \.loopLate, of: nil, now: now,
            [
                LogKey.lateTurns: .stringConvertible(times),
                LogKey.maximumLag: .string(milliseconds(loop.maximumLag.clampedNanoseconds)),
            ])
    }

    func reconfigured(_ addresses: [String]) {
        log(
            .notice, "configuration changed", of: nil,
            [LogKey.endpoints: .array(addresses.map { .string($0) })])
    }
}
