internal import EngineCore
internal import EngineModules

extension EngineState {
    /// An engine at work, to try commands and programs against: spaces `standard` and `custom` with
    /// policies and resources, a route, testing sessions, metrics and geolocation databases.
    public static var sample: EngineState {
        let now = currentTime / 1_000
        var state = EngineState()
        state.content.namespaces["standard"] = .sample([SampleContent.sshd], at: now)
        state.content.namespaces["custom"] = .sample(
            [SampleContent.web, SampleContent.ports], at: now)
        // As a validated policy leaves it for `/logtest`.
        state.content.namespaces[logtestSpace] = state.content.namespaces["custom"]
        state.router.entries["default"] = .init(
            Route(
                name: "default", namespaceID: "standard", priority: 100,
                description: "all events"), loadedAt: now)
        state.tester.sessions["mine"] = .init(TesterSession(name: "mine", namespaceID: "standard"))
        state.tester.sessions["custom"] = .init(
            TesterSession(name: "custom", namespaceID: logtestSpace))
        state.metrics.addSample(space: "standard")
        state.geo = .sample
        return state
    }

    private static let logtestSpace = "logtest_5a3b1c"

    /// Files with content for ``sample``, by name.
    package static var sampleFiles: [(name: String, text: String)] {
        let document: JSONValue = [
            "policy": SampleContent.policy,
            "resources": [
                "decoders": [SampleContent.web.content],
                "integrations": [SampleContent.integration.content],
            ],
        ]
        return [
            ("policy.json", SampleContent.policy.sampleText),
            ("space.json", document.sampleText),
            ("decoder.json", SampleContent.web.content.sampleText),
            ("event.txt", "1:/var/log/auth.log:Accepted publickey for root\n"),
            ("events.log", SampleContent.lines { "1:/var/log/app.log:event \($0)" }),
            ("app.log", SampleContent.lines { "event \($0)" }),
            ("ioc.json", SampleContent.indicators.text),
        ]
    }

    /// Lets the state find the sample's indicators in a directory.
    package mutating func addSampleFiles(in directory: String) {
        ioc.files["\(directory)/ioc.json"] = SampleContent.indicators.hash
    }
}

extension ContentState.Namespace {
    fileprivate static func sample(
        _ assets: [ContentState.Resource], at seconds: Int64
    ) -> ContentState.Namespace {
        var namespace = ContentState.Namespace(policy: SampleContent.policy)
        namespace.policyChangedAt = seconds
        for resource in assets + [SampleContent.integration] {
            guard let uuid = resource.content["id"]?.stringValue else { continue }
            namespace.resources[uuid] = resource
        }
        return namespace
    }
}

extension MetricsState {
    /// Gives counters of the engine a value, and a space metrics of its own.
    fileprivate mutating func addSample(space: String) {
        all = all.map { metric in
            guard metric.name == "router.events.processed" else { return metric }
            return Metric(
                name: metric.name, kind: metric.kind, isEnabled: metric.isEnabled,
                value: .integer(5))
        }
        for name in ["router.events.processed", "router.eps.1m"] {
            let kind = all.first { $0.name == name }?.kind ?? .counter
            all.append(
                Metric(
                    name: "space.\(space).\(name)", kind: kind, isEnabled: true, value: .integer(5))
            )
        }
    }
}

extension GeoState {
    // Documentation addresses (RFC 5737, RFC 3849) and numbers (RFC 5398).
    fileprivate static var sample: GeoState {
        var state = GeoState()
        state.databases = [
            GeoDatabase(
                name: "city.mmdb", path: "/var/ossec/etc/geo/city.mmdb",
                hash: "5b1d7d7e0f6f4bb5a2c0a8f2f0f3c111", createdAt: 1_767_225_600_000, kind: .city),
            GeoDatabase(
                name: "asn.mmdb", path: "/var/ossec/etc/geo/asn.mmdb",
                hash: "8f0c3c9a6c2a4d0f9b7e1f5a6d4b2222", createdAt: 1_767_225_600_000, kind: .asn),
        ]
        let known = GeoData(
            geo: ["country_iso_code": "DE", "city_name": "Berlin"],
            autonomousSystem: [
                "number": 64_496, "organization": ["name": "Example Networks"],
            ])
        state.addresses = ["203.0.113.7": known, "2001:db8::7": known]
        return state
    }
}
