internal import EngineCore
internal import EngineModules
internal import EngineSansIO

extension EngineState {
    /// An event in the form that the engine takes, in its parts.
    private struct TestedEvent {
        let queue: UInt8
        let location: String
        let message: String

        // A queue of one byte, a colon, a location, a colon.
        private static let minimumLength = 5

        /// Recorded is that `hello` is refused, whose second byte is no colon.
        init(_ text: String) throws(Refusal) {
            let bytes = Array(text.utf8)
            guard bytes.count >= Self.minimumLength, bytes[1] == UInt8(ascii: ":") else {
                throw Refusal(
                    "Error parsing event: Invalid format: event must be at least 5 bytes "
                        + #"("<byte>:<location>:<message>")"#)
            }
            guard let end = bytes[2...].firstIndex(of: UInt8(ascii: ":")) else {
                throw Refusal("Error parsing event: Invalid format: missing ':' after location")
            }
            queue = bytes[0]
            location = String(decoding: bytes[2..<end], as: UTF8.self)
            message = String(decoding: bytes[(end + 1)...], as: UTF8.self)
        }

        init(queue: UInt8, location: String, message: String) {
            self.queue = queue
            self.location = location
            self.message = message
        }
    }

    /// Tests an event in a session.
    ///
    /// Guessed, and simpler than any engine: no content is run. The output is the agent's metadata
    /// with the event as it came, and every enabled decoder of the session's space, in the order of
    /// their names, counts as one that took it.
    private mutating func run(
        _ event: TestedEvent, metadata: JSONValue?, in name: String, _ level: TraceLevel,
        assets: [String], at seconds: Int64
    ) throws(Refusal) -> [String: TesterResult] {
        let entry = try tester.session(named: name)
        tester.sessions[name]?.lastUse = seconds
        var output = JSONValue.object(metadata?.objectValue ?? [:])
        output["event"] = ["original": .string(event.message)]
        var wazuh = JSONValue.object(output["wazuh"]?.objectValue ?? [:])
        wazuh["protocol"] = [
            "queue": .integer(event.queue), "location": .string(event.location),
        ]
        output["wazuh"] = wazuh
        let traces = traces(of: entry.session.namespaceID, level, assets: assets)
        return ["result": TesterResult(output: output, assetTraces: traces)]
    }

    private func traces(
        of namespace: String, _ level: TraceLevel, assets: [String]
    ) -> [AssetTrace] {
        guard level == .assetOnly || level == .all else { return [] }
        let resources = content.namespaces[namespace]?.resources.values.map { $0 } ?? []
        return
            resources
            .filter { $0.type == "decoder" && $0.content["enabled"] == true }
            .filter { assets.isEmpty || assets.contains($0.name) }
            .sorted { $0.name < $1.name }
            .map {
                AssetTrace(
                    asset: $0.name, isSuccess: true,
                    traces: level == .all ? ["[check: taken as true]"] : [])
            }
    }

    /// Ends a space's session with the namespace that was made for it; no error without one.
    mutating func endLogtest(in space: String) {
        guard let entry = tester.sessions.removeValue(forKey: space) else { return }
        if entry.session.namespaceID.hasPrefix("logtest_") {
            content.namespaces[entry.session.namespaceID] = nil
        }
    }

    fileprivate mutating func run(
        _ request: EndpointRequest
    ) throws(Refusal) -> [String: TesterResult] {
        let level = request.traceLevel
        let assets = request.strings("asset_trace")
        let event = try TestedEvent(request.string("event"))
        return try run(
            event, metadata: request.object("agent_metadata"), in: request.string("name"), level,
            assets: assets, at: request.seconds)
    }

    fileprivate mutating func logtest(
        _ request: EndpointRequest
    ) throws(Refusal) -> [String: TesterResult] {
        let event = TestedEvent(
            queue: UInt8(clamping: request.unsigned("queue")),
            location: request.string("location"), message: request.string("event"))
        return try run(
            event, metadata: request.object("metadata"), in: try request.logtestSpace,
            request.traceLevel, assets: [], at: request.seconds)
    }
}

extension EndpointRequest {
    fileprivate var logtestSpace: String {
        get throws(Refusal) {
            let space = string("space")
            guard !space.isEmpty else { throw Refusal("space is required and cannot be empty") }
            return space
        }
    }

    fileprivate var traceLevel: TraceLevel {
        optionalString("trace_level").map { TraceLevel(rawValue: $0) } ?? .none
    }
}

extension Endpoint {
    static let logtest = [
        Endpoint(
            .post, "/_internal/tester/run/post",
            fields: [
                .string("name"), .string("event"), .object("agent_metadata"), .word("trace_level"),
                .strings("asset_trace"),
            ]
        ) { (state: inout EngineState, request) throws(Refusal) in try state.run(request) },
        Endpoint(
            .post, "/logtest",
            fields: [
                .unsigned("queue"), .string("location"), .object("metadata"), .string("event"),
                .word("trace_level"), .string("space"),
            ]
        ) { (state: inout EngineState, request) throws(Refusal) in try state.logtest(request) },
        Endpoint(
            .delete, "/logtest", fields: [.string("space")],
            running: { (state: inout EngineState, request) throws(Refusal) in
                state.endLogtest(in: try request.logtestSpace)
            }),
    ]
}
