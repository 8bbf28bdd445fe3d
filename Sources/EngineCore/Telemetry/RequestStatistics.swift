/// What has become of requests.
///
/// Counted is each call that got to the loop's thread, once, however often it was sent; not the
/// client's own health checks, nor ``Engine/connect()``.
public struct RequestStatistics: Sendable, Hashable {
    /// Requests that were made.
    public var started = 0
    /// Those that got a whole response, whatever its status.
    public var succeeded = 0
    /// Among the succeeded ones, those whose status was 400 or more.
    public var errorResponses = 0
    /// Those that ended without a whole response, by the error's code.
    public var failed: [EngineError.Code: Int] = [:]

    /// Nothing yet.
    public init() {}

    /// Those under way.
    public var active: Int { started - succeeded - failures }
    /// All that ended without a whole response.
    public var failures: Int { failed.values.reduce(0, +) }

    mutating func succeed(status: Int) {
        succeeded += 1
        if status >= 400 { errorResponses += 1 }
    }
}
