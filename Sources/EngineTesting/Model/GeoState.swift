internal import EngineCore
public import EngineModules
internal import EngineSansIO

/// The databases that tell where an address is, and whose.
///
/// Guessed: an address in no database, and text that is no address, get two empty objects, as they
/// did where there was no database at all.
public struct GeoState: Sendable, Hashable {
    /// The databases.
    public var databases: [GeoDatabase] = []
    /// What is known of addresses, by their text.
    public var addresses: [String: GeoData] = [:]

    /// No databases.
    public init() {}

    /// What `/status` says of the databases of a kind.
    func resource(_ kind: GeoDatabase.Kind) -> ResourceState {
        guard let database = databases.first(where: { $0.kind == kind }) else { return .none }
        return ResourceState(
            isAvailable: true, status: .ready, hash: database.hash,
            lastSuccessfulUpdate: database.createdAt / 1_000)
    }
}

extension Endpoint {
    private struct GeoReply: Encodable {
        // Sent empty beside an OK.
        let error = ""
        let data: GeoData
    }

    static let geo = [
        Endpoint(.post, "/_internal/geo/db/list", lists: ["entries"]) { state, _ in
            ["entries": state.geo.databases]
        },
        Endpoint(.post, "/_internal/geo/db/get", fields: [.string("ip")]) {
            (state: inout EngineState, request) throws(Refusal) in
            let address = request.string("ip")
            guard !address.isEmpty else { throw Refusal("IP cannot be empty") }
            return GeoReply(data: state.geo.addresses[address] ?? GeoData())
        },
    ]
}
