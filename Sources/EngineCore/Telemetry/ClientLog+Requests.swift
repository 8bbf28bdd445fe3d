internal import EngineSansIO
internal import Logging

// What is said of requests.
extension ClientLog {
    // What a body may show of itself.
    private static let shownBodySize = 256

    func answered(
        _ exchange: Exchange, _ response: EngineResponse, by endpoint: EndpointTelemetry,
        now: MonotonicTime
    ) {
        guard exchange.isCounted else { return }
        log(
            .trace, "request answered", of: endpoint,
            metadata(of: exchange).merging([
                LogKey.attempt: .stringConvertible(exchange.attempts.count + 1),
                LogKey.duration: .string(
                    milliseconds(now.nanoseconds(since: exchange.startedAt))),
                AttributeName.status: .stringConvertible(response.status),
                LogKey.requestBodySize: .stringConvertible(exchange.bodySize),
                LogKey.responseBodySize: .stringConvertible(
                    exchange.channel?.received ?? response.body.count),
                LogKey.requestBody: .string(Self.shown(exchange.request.body.bytes)),
                LogKey.responseBody: .string(Self.shown(response.body)),
            ]) { $1 })
    }

    func retried(
        _ exchange: Exchange, _ failure: ExchangeFailure, at endpoint: EndpointTelemetry?,
        now: MonotonicTime
    ) {
        log(
            .debug, "request is tried again", \.retried, of: endpoint, now: now,
            metadata(of: exchange).merging([
                // The failure that leads to this is among the attempts already.
                LogKey.attempt: .stringConvertible(exchange.attempts.count),
                LogKey.phase: .string(failure.phase.rawValue),
                LogKey.delivery: .string(failure.delivery.rawValue),
                LogKey.duration: .string(
                    milliseconds(now.nanoseconds(since: exchange.startedAt))),
                LogKey.errorDetail: .string(
                    exchange.attempts.last.map { "\($0.failure)" } ?? ""),
            ]) { $1 })
    }

    /// - Parameter nanoseconds: From the call on.
    func failed(
        _ exchange: Exchange, _ error: EngineError, in phase: ExchangePhase,
        _ nanoseconds: Int64, at endpoint: EndpointTelemetry?, now: MonotonicTime
    ) {
        log(
            .debug, "request failed", \.failed, of: endpoint, now: now,
            metadata(of: exchange).merging([
                LogKey.attempt: .stringConvertible(exchange.attempts.count + 1),
                LogKey.phase: .string(phase.rawValue),
                LogKey.delivery: .string(error.delivery.rawValue),
                LogKey.duration: .string(milliseconds(nanoseconds)),
                LogKey.errorCode: .stringConvertible(error.code.rawValue),
                LogKey.errorName: .string(error.code.name),
                LogKey.errorDetail: .string(error.detail),
            ]) { $1 })
    }

    func shed(_ exchange: Exchange, limit: Int, by endpoint: EndpointTelemetry, now: MonotonicTime)
    {
        log(
            .warning, "request refused: too many wait for the engine", \.shed, of: endpoint,
            now: now,
            [
                LogKey.request: .stringConvertible(exchange.number),
                LogKey.queueLimit: .stringConvertible(limit),
            ])
    }

    private func metadata(of exchange: Exchange) -> Logger.Metadata {
        [
            LogKey.request: .stringConvertible(exchange.number),
            AttributeName.method: .string(exchange.request.method.rawValue),
            AttributeName.path: .string(exchange.request.pathWithoutQuery),
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
