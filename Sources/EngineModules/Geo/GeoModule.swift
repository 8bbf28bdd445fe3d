public import EngineCore

/// The engine's geolocation databases.
public struct GeoModule: EngineModule {
    /// The name under which the module can be registered.
    public static let name = "geo"
    /// The engine that the module talks to.
    public let engine: Engine

    /// Makes the module for an engine.
    public init(engine: Engine) {
        self.engine = engine
    }

    /// The databases (`POST /_internal/geo/db/list`).
    ///
    /// - Throws: `EngineError`: see its codes.
    public func list() async throws(EngineError) -> [GeoDatabase] {
        let reply: ListReply = try await send(
            "/_internal/geo/db/list", EmptyObject(), repeatability: .safe)
        return reply.entries
    }

    /// What the databases know of an address (`POST /_internal/geo/db/get`).
    ///
    /// - Parameter ip: An IPv4 or IPv6 address; of anything else nothing is known.
    /// - Throws: `EngineError.Code.http` for an empty address; other `EngineError`s: see their
    ///   codes.
    public func get(ip: String) async throws(EngineError) -> GeoData {
        let reply: GetReply = try await send(
            "/_internal/geo/db/get", GetRequest(ip: ip), repeatability: .safe)
        return reply.data
    }

    private struct ListReply: Decodable {
        let entries: [GeoDatabase]
    }

    private struct GetRequest: Encodable {
        let ip: String
    }

    private struct GetReply: Decodable {
        let data: GeoData
    }
}

extension Engine {
    /// The engine's geolocation databases.
    public var geo: GeoModule { module(GeoModule.self) }
}
