import EngineModules
import Testing

extension RecordedCall {
    static let geo = [
        RecordedCall("geo.list") { engine in
            let databases = try await engine.geo.list()
            #expect(databases == [])
        },
        RecordedCall("geo.get") { engine in
            let data = try await engine.geo.get(ip: "8.8.8.8")
            #expect(data == GeoData())
        },
        RecordedCall("geo.get.bad") { engine in
            let data = try await engine.geo.get(ip: "not-an-ip")
            #expect(data == GeoData())
        },
    ]

    static let ioc = [
        RecordedCall("ioc.state") { engine in
            let state = try await engine.ioc.state()
            #expect(state == IOCState(isUpdating: false))
        },
        RecordedCall("ioc.update.nofile") { engine in
            try await engine.ioc.update(
                path: "no/such.ndjson", hash: "d41d8cd98f00b204e9800998ecf8427e")
        },
    ]

    static let events = [
        RecordedCall("dumper.status") { engine in
            let status = try await engine.eventDumper.status()
            #expect(!status.isActive)
        },
        RecordedCall("dumper.status.on") { engine in
            let status = try await engine.eventDumper.status()
            #expect(status.isActive)
        },
        RecordedCall("dumper.activate") { engine in try await engine.eventDumper.activate() },
        RecordedCall("dumper.deactivate") { engine in try await engine.eventDumper.deactivate() },
        RecordedCall("rawevt.status") { engine in
            let status = try await engine.rawEventIndexer.status()
            #expect(!status.isEnabled)
        },
    ]
}
