internal import EngineCore
public import EngineModules
internal import EngineSansIO

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// The engine's metrics.
///
/// Guessed: a space's metrics are called `space.NAME.METRIC`, as the engine's source has it, and are
/// answered with that name. Nothing counts by itself; a test sets what it wants to see.
public struct MetricsState: Sendable, Hashable {
    /// The metrics, in the order in which they are listed, a space's under `space.NAME.METRIC`.
    public var all: [Metric]
    /// The name of the daemon in a dump.
    public var daemonName = "wazuh-manager-analysisd"

    /// Makes the metrics that the recorded engine had, all of them 0.
    public init() {
        all = Self.recorded.map {
            Metric(name: $0.name, kind: $0.kind, isEnabled: true, value: .integer(0))
        }
    }

    private static let recorded: [(name: String, kind: Metric.Kind)] = [
        ("server.events.received", .counter), ("server.bytes.received", .counter),
        ("agent.cache.entries", .pull), ("agent.cache.evictions", .counter),
        ("agent.cache.insertions", .counter), ("indexer.queue.size", .pull),
        ("indexer.events.dropped", .pull), ("indexer.queue.usage.percent", .pull),
        ("agent.cache.hits", .counter), ("agent.cache.updates", .counter),
        ("router.queue.size", .pull), ("router.eps.30m", .pull),
        ("router.queue.usage.percent", .pull), ("router.queue.bytes.usage.percent", .pull),
        ("router.queue.bytes.used", .pull), ("router.events.dropped", .counter),
        ("router.eps.1m", .pull), ("router.events.processed", .counter),
        ("router.eps.5m", .pull),
    ]

    fileprivate func position(of name: String) throws(Refusal) -> Int {
        guard let position = all.firstIndex(where: { $0.name == name }) else {
            throw Refusal("Metric '\(name)' not found")
        }
        return position
    }

    fileprivate func names(in space: String) throws(Refusal) -> [String] {
        let prefix = space.isEmpty ? "" : "space.\(space)."
        let names = all.map(\.name).filter { $0.hasPrefix(prefix) && $0 != prefix }
        guard !names.isEmpty else {
            throw Refusal(
                space.isEmpty
                    ? "No metrics registered" : "No metrics found for space '\(space)'")
        }
        return names.map { String($0.dropFirst(prefix.count)) }
    }

    fileprivate func dump(startedAt: Int64, at time: Int64) -> MetricsDump {
        var global: [Metric] = []
        var spaces: [(name: String, metrics: [Metric])] = []
        for metric in all {
            let parts = metric.name.split(separator: ".", maxSplits: 2)
            guard parts.count == 3, parts[0] == "space" else {
                global.append(metric)
                continue
            }
            let name = String(parts[1])
            let inner = Metric(
                name: String(parts[2]), kind: metric.kind, isEnabled: metric.isEnabled,
                value: metric.value)
            if let position = spaces.firstIndex(where: { $0.name == name }) {
                spaces[position].metrics.append(inner)
            } else {
                spaces.append((name, [inner]))
            }
        }
        return MetricsDump(
            name: daemonName, uptime: Self.text(of: startedAt), timestamp: Self.text(of: time),
            global: global, spaces: spaces.map { .init(name: $0.name, metrics: $0.metrics) })
    }

    private static func text(of milliseconds: Int64) -> String {
        Date(timeIntervalSince1970: Double(milliseconds) / 1_000)
            .formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}

extension Endpoint {
    private static let selection: [RequestField] = [.string("instrumentName"), .string("space")]

    static let metrics = [
        Endpoint(.post, "/metrics/dump", lists: ["global", "spaces"]) { state, request in
            state.metrics.dump(startedAt: state.startedAt ?? request.time, at: request.time)
        },
        Endpoint(
            .post, "/metrics/list", fields: [.string("space")], lists: ["names"], onlyReads: true
        ) {
            (state: inout EngineState, request) throws(Refusal) in
            ["names": try state.metrics.names(in: request.string("space"))]
        },
        Endpoint(.post, "/metrics/get", fields: selection, onlyReads: true) {
            (state: inout EngineState, request) throws(Refusal) in
            state.metrics.all[try state.metrics.position(of: name(in: request))]
        },
        Endpoint(.post, "/metrics/enable", fields: selection + [.boolean("status")]) {
            (state: inout EngineState, request) throws(Refusal) in
            let name = try name(in: request)
            let position = try state.metrics.position(of: name)
            let isEnabled = request.optionalBoolean("status") ?? true
            let metric = state.metrics.all[position]
            state.metrics.all[position] = Metric(
                name: name, kind: metric.kind, isEnabled: isEnabled, value: metric.value)
            return ["content": "Metric '\(name)' \(isEnabled ? "enabled" : "disabled")"]
        },
    ]

    private static func name(in request: EndpointRequest) throws(Refusal) -> String {
        guard let name = request.optionalString("instrumentName") else {
            throw Refusal("Field 'instrumentName' is required")
        }
        let space = request.string("space")
        return space.isEmpty ? name : "space.\(space).\(name)"
    }
}
