import EngineModules
import Testing

private let processed = "router.events.processed"

extension RecordedCall {
    static let statusAndMetrics = [
        RecordedCall("status") { engine in
            let status = try await engine.status.get()
            let none = ResourceState(isAvailable: false, status: .ready)
            #expect(!status.isReady)
            #expect(status.spaces["standard"] == SpaceState(isEnabled: false, resource: none))
            #expect(status.spaces.count == 2)
            #expect(status.ioc["hash_md5"] == none)
            #expect(status.ioc.count == 6)
            #expect(status.geo == ["asn": none, "city": none])
        },
        RecordedCall("metrics.dump") { engine in
            let dump = try await engine.metrics.dump()
            #expect(dump.name == "wazuh-manager-analysisd")
            #expect(dump.uptime == "2026-11-24T01:22:45.448Z")
            #expect(dump.global.count == 19)
            #expect(
                dump.global[2]
                    == Metric(
                        name: "agent.cache.entries", kind: .pull, isEnabled: true,
                        value: .integer(0)))
            #expect(dump.spaces == [])
        },
        RecordedCall("metrics.list") { engine in
            let names = try await engine.metrics.list()
            #expect(names.count == 19)
            #expect(names.first == "server.events.received")
        },
        RecordedCall("metrics.list.space") { engine in
            _ = try await engine.metrics.list(space: "standard")
        },
        RecordedCall("metrics.get") { engine in
            let metric = try await engine.metrics.get(processed)
            #expect(
                metric
                    == Metric(name: processed, kind: .counter, isEnabled: true, value: .integer(0)))
        },
        RecordedCall("metrics.get.disabled") { engine in
            let metric = try await engine.metrics.get(processed)
            #expect(!metric.isEnabled)
        },
        RecordedCall("metrics.get.unknown") { engine in
            _ = try await engine.metrics.get("no.such.metric")
        },
        RecordedCall("metrics.enable.off") { engine in
            try await engine.metrics.disable(processed)
        },
        RecordedCall("metrics.enable.on") { engine in
            try await engine.metrics.enable(processed)
        },
    ]
}
