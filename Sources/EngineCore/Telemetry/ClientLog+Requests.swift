internal import Logging

// What is said of requests.
extension ClientLog {
    // What a body may show of itself.
    private static let shownBodySize = 256

    func answered(
        _ request: PendingRequest, _ response: EngineResponse, by endpoint: EndpointTelemetry,
        now: MonotonicTime
    ) {
        guard request.isCounted else { return }
        log(
            .trace, "request answered", of: endpoint,
            metadata(of: request).merging([
                LogKey.attempt: .stringConvertible(request.attempts.count + 1),
                LogKey.duration: .string(
                    milliseconds(now.nanoseconds(since: request.startedAt))),
                AttributeName.status: .stringConvertible(response.status),
                LogKey.requestBodySize: .stringConvertible(request.bodySize),
                LogKey.responseBodySize: .stringConvertible(
                    request.channel?.received ?? response.body.count),
                LogKey.requestBody: .string(Self.shown(request.submission.body)),
                LogKey.responseBody: .string(Self.shown(response.body)),
            ]) { $1 })
    }

    func retried(
        _ request: PendingRequest, _ failure: ClientConnection.Failure, now: MonotonicTime
    ) {
        log(
            .debug, "request is tried again", \.retried, of: request.pool?.telemetry, now: now,
            metadata(of: request).merging([
                // The failure that leads to this is among the attempts already.
                LogKey.attempt: .stringConvertible(request.attempts.count),
                LogKey.phase: .string(failure.phase.rawValue),
                LogKey.delivery: .string(failure.delivery.rawValue),
                LogKey.duration: .string(
                    milliseconds(now.nanoseconds(since: request.startedAt))),
                LogKey.errorDetail: .string(
                    request.attempts.last.map { "\($0.failure)" } ?? ""),
            ]) { $1 })
    }

    /// - Parameter nanoseconds: From the call on.
    func failed(
        _ request: PendingRequest, _ error: EngineError, _ nanoseconds: Int64, now: MonotonicTime
    ) {
        log(
            .debug, "request failed", \.failed, of: request.pool?.telemetry, now: now,
            metadata(of: request).merging([
                LogKey.attempt: .stringConvertible(request.attempts.count + 1),
                LogKey.phase: .string(request.phase.rawValue),
                LogKey.delivery: .string(error.delivery.rawValue),
                LogKey.duration: .string(milliseconds(nanoseconds)),
                LogKey.errorCode: .stringConvertible(error.code.rawValue),
                LogKey.errorName: .string(error.code.name),
                LogKey.errorDetail: .string(error.detail),
            ]) { $1 })
    }

    func shed(_ request: PendingRequest, by pool: ConnectionPool, now: MonotonicTime) {
        log(
            .warning, "request refused: too many wait for the engine", \.shed, of: pool.telemetry,
            now: now,
            [
                LogKey.request: .stringConvertible(request.id.number),
                LogKey.queueLimit: .stringConvertible(pool.machine.limits.maximumWaiters),
            ])
    }

    private func metadata(of request: PendingRequest) -> Logger.Metadata {
        [
            LogKey.request: .stringConvertible(request.id.number),
            AttributeName.method: .string(request.method.rawValue),
            AttributeName.path: .string(request.submission.request.pathWithoutQuery),
        ]
    }

    private static func shown(_ body: [UInt8]) -> String {
        let text = String(decoding: body.prefix(shownBodySize), as: UTF8.self).debugDescription
        return body.count > shownBodySize ? text + "…" : text
    }
}

extension EngineRequest {
    /// A query may hold what is not for logs.
    var pathWithoutQuery: String {
        path.firstIndex(of: "?").map { String(path[..<$0]) } ?? path
    }
}

/// A duration in milliseconds, with three decimals.
func milliseconds(_ nanoseconds: Int64) -> String {
    let microseconds = max(0, nanoseconds) / 1_000
    let fraction = String(microseconds % 1_000)
    return "\(microseconds / 1_000)."
        + String(repeating: "0", count: 3 - fraction.count) + fraction
}
