public import EngineCore

/// The engine's metrics: reading them, and switching them on and off.
public struct MetricsModule: EngineModule {
    /// The name under which the module can be registered.
    public static let name = "metrics"
    /// The engine that the module talks to.
    public let engine: Engine

    /// Makes the module for an engine.
    public init(engine: Engine) {
        self.engine = engine
    }

    /// Every metric with its value (`POST /metrics/dump`).
    ///
    /// - Throws: `EngineError`: see its codes.
    public func dump() async throws(EngineError) -> MetricsDump {
        try await send("/metrics/dump", EmptyObject(), repeatability: .safe)
    }

    /// The names of the metrics, in the engine's order (`POST /metrics/list`).
    ///
    /// - Parameter space: The space whose metrics are wanted; nil for the global ones.
    /// - Throws: `EngineError.Code.http` for a space without metrics; other `EngineError`s:
    ///   see their codes.
    public func list(space: String? = nil) async throws(EngineError) -> [String] {
        let reply: Names = try await send(
            "/metrics/list", Selection(space: space), repeatability: .safe)
        return reply.names
    }

    /// One metric with its value (`POST /metrics/get`).
    ///
    /// - Parameters:
    ///   - name: The metric, such as `router.events.processed`.
    ///   - space: The space that it belongs to; nil for a global one.
    /// - Throws: `EngineError.Code.http` for an unknown metric; other `EngineError`s: see their
    ///   codes.
    public func get(_ name: String, space: String? = nil) async throws(EngineError) -> Metric {
        try await send(
            "/metrics/get", Selection(instrumentName: name, space: space), repeatability: .safe)
    }

    /// Switches a metric on (`POST /metrics/enable`).
    ///
    /// - Parameters:
    ///   - name: The metric, such as `router.events.processed`.
    ///   - space: The space that it belongs to; nil for a global one.
    /// - Throws: `EngineError.Code.http` for an unknown metric; other `EngineError`s: see their
    ///   codes.
    public func enable(_ name: String, space: String? = nil) async throws(EngineError) {
        try await setEnabled(true, name, space)
    }

    /// Switches a metric off; it keeps its value (`POST /metrics/enable`).
    ///
    /// - Parameters:
    ///   - name: The metric, such as `router.events.processed`.
    ///   - space: The space that it belongs to; nil for a global one.
    /// - Throws: `EngineError.Code.http` for an unknown metric; other `EngineError`s: see their
    ///   codes.
    public func disable(_ name: String, space: String? = nil) async throws(EngineError) {
        try await setEnabled(false, name, space)
    }

    private func setEnabled(
        _ isEnabled: Bool, _ name: String, _ space: String?
    ) async throws(EngineError) {
        let selection = Selection(instrumentName: name, space: space, status: isEnabled)
        try await perform("/metrics/enable", selection, repeatability: .safe)
    }

    private struct Selection: Encodable {
        var instrumentName: String?
        var space: String?
        var status: Bool?
    }

    private struct Names: Decodable {
        let names: [String]
    }
}

extension Engine {
    /// The engine's metrics.
    public var metrics: MetricsModule { module(MetricsModule.self) }
}
