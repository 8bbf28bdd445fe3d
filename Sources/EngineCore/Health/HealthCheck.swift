/// A request by which a client sees for itself, from time to time, how each of its engines is.
///
/// It waits in the queue like any request, and takes one of the engine's workers as long as it runs.
public struct HealthCheck: Sendable {
    /// What is asked; it must be safe to repeat.
    public var request: EngineRequest
    /// From one check to the next.
    public var interval: Duration
    /// What an answer may take before the engine counts as silent; `.unlimited` for any time.
    public var timeout: Duration
    /// Whether an answer says that the engine can take requests. One that says no puts the engine
    /// out at once; no answer counts as a failure of a request.
    public var isReady: @Sendable (EngineResponse) -> Bool

    /// Makes a check.
    ///
    /// - Parameters:
    ///   - request: What is asked.
    ///   - interval: From one check to the next.
    ///   - timeout: What an answer may take.
    ///   - isReady: Judges an answer; by default its status, which must be one of 2xx.
    public init(
        _ request: EngineRequest, interval: Duration = .seconds(5), timeout: Duration = .seconds(1),
        isReady: @escaping @Sendable (EngineResponse) -> Bool = { $0.isSuccess }
    ) {
        self.request = request
        self.interval = interval
        self.timeout = timeout
        self.isReady = isReady
    }
}
