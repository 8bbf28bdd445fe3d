internal import Logging

/// The messages that may repeat for one engine, each limited on its own.
struct LogLimiters: Sendable {
    var connectionOpened = RepeatLimiter()
    var connectionClosed = RepeatLimiter()
    var connectFailed = RepeatLimiter()
    var retried = RepeatLimiter()
    var failed = RepeatLimiter()
    var shed = RepeatLimiter()
    var starved = RepeatLimiter()
    var loopLate = RepeatLimiter()
}

/// What a client's log says; lives on the loop's thread.
///
/// The level is asked for with each message, so that a handler may change it at run time.
final class ClientLog {
    /// Whether anybody may listen, at some level or other.
    let isHeard: Bool
    private let logger: Logger
    /// Nanoseconds between two messages of the same kind about the same engine.
    var repeatInterval: Int64
    // For what is said of no engine.
    private var limiters = LogLimiters()

    init(_ configuration: EngineConfiguration) {
        logger = configuration.logger
        isHeard = !(logger.handler is SwiftLogNoOpLogHandler)
        repeatInterval = configuration.logRepeatInterval.clampedNanoseconds
    }

    /// Whether messages of a level are wanted.
    func isOn(_ level: Logger.Level) -> Bool { isHeard && logger.logLevel <= level }

    /// Whether each request is logged that was answered.
    var logsEachRequest: Bool { isOn(.trace) }

    /// Logs a message, unless the same one was logged shortly before.
    func log(
        _ level: Logger.Level, _ message: Logger.Message,
        _ limiter: WritableKeyPath<LogLimiters, RepeatLimiter>, of endpoint: EndpointTelemetry?,
        now: MonotonicTime, _ metadata: @autoclosure () -> Logger.Metadata
    ) {
        guard isOn(level) else { return }
        let admitted =
            if let endpoint {
                endpoint.limiters[keyPath: limiter].admit(interval: repeatInterval, now: now)
            } else {
                limiters[keyPath: limiter].admit(interval: repeatInterval, now: now)
            }
        guard let suppressed = admitted else { return }
        var metadata = metadata()
        if suppressed > 0 { metadata[LogKey.suppressed] = .stringConvertible(suppressed) }
        log(level, message, of: endpoint, metadata)
    }

    /// Logs a message.
    func log(
        _ level: Logger.Level, _ message: Logger.Message, of endpoint: EndpointTelemetry?,
        _ metadata: @autoclosure () -> Logger.Metadata
    ) {
        guard isOn(level) else { return }
        var metadata = metadata()
        if let endpoint { metadata[LogKey.endpoint] = .string(endpoint.address) }
        logger.log(level: level, message, metadata: metadata)
    }
}
