internal import EngineCore
internal import EngineModules
internal import EngineSansIO

extension EngineState {
    // The spaces that the engine keeps up to date by itself, whether they are there or not.
    private static let synchronizedSpaces = ["standard", "custom"]
    private static let indicatorTypes = [
        "connection", "hash_md5", "hash_sha1", "hash_sha256", "url_domain", "url_full",
    ]

    /// What `/status` tells.
    ///
    /// Guessed: the engine is ready when the space `standard` is available, that is, when it has a
    /// policy; a space's hash is the one that its policy names.
    var status: EngineStatus {
        let spaces = Self.synchronizedSpaces.map { ($0, content.status(of: $0)) }
        return EngineStatus(
            isReady: content.status(of: "standard").resource.isAvailable,
            spaces: Dictionary(spaces) { first, _ in first },
            ioc: Dictionary(Self.indicatorTypes.map { ($0, ioc.resource) }) { first, _ in first },
            geo: ["city": geo.resource(.city), "asn": geo.resource(.asn)])
    }
}

extension ResourceState {
    /// What the engine says of what it does not have.
    static let none = ResourceState(isAvailable: false, status: .ready)
}

extension Endpoint {
    static let status = [Endpoint(.get, "/status", onlyReads: true) { state, _ in state.status }]

    /// The event dumper and the indexer of raw events.
    static let switches = [
        Endpoint(.post, "/_internal/event-dumper/activate") { state, _ in
            state.isDumpingEvents = true
            return EngineAcknowledgement()
        },
        Endpoint(.post, "/_internal/event-dumper/deactivate") { state, _ in
            state.isDumpingEvents = false
            return EngineAcknowledgement()
        },
        Endpoint(.post, "/_internal/event-dumper/status") { state, _ in
            EventDumperStatus(isActive: state.isDumpingEvents)
        },
        Endpoint(.post, "/_internal/raweventindexer/status") { state, _ in
            RawEventIndexerStatus(isEnabled: state.indexesRawEvents)
        },
    ]
}
