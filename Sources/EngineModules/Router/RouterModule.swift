public import EngineCore

/// The engine's routes: which spaces events go to, and in which order they are tried.
public struct RouterModule: EngineModule {
    /// The name under which the module can be registered.
    public static let name = "router"
    /// The engine that the module talks to.
    public let engine: Engine

    /// Makes the module for an engine.
    public init(engine: Engine) {
        self.engine = engine
    }

    /// Every route (`POST /_internal/router/table/get`).
    ///
    /// - Throws: `EngineError`: see its codes.
    public func table() async throws(EngineError) -> [RouteEntry] {
        let reply: TableReply = try await send(
            "/_internal/router/table/get", EmptyObject(), repeatability: .safe)
        return reply.table
    }

    /// Adds a route and puts it to use (`POST /_internal/router/route/post`).
    ///
    /// - Throws: `EngineError.Code.http` when the name or the priority is taken, or the space or
    ///   its policy can't be used; other `EngineError`s: see their codes.
    public func post(_ route: Route) async throws(EngineError) {
        try await perform(
            "/_internal/router/route/post", RouteRequest(route: route), repeatability: .unsafe)
    }

    /// One route (`POST /_internal/router/route/get`).
    ///
    /// - Throws: `EngineError.Code.http` for an unknown route; other `EngineError`s: see their
    ///   codes.
    public func get(_ name: String) async throws(EngineError) -> RouteEntry {
        let reply: RouteReply = try await send(
            "/_internal/router/route/get", NameSelection(name: name), repeatability: .safe)
        return reply.route
    }

    /// Removes a route (`POST /_internal/router/route/delete`).
    ///
    /// - Throws: `EngineError.Code.http` for an unknown route; other `EngineError`s: see their
    ///   codes.
    public func delete(_ name: String) async throws(EngineError) {
        try await perform(
            "/_internal/router/route/delete", NameSelection(name: name), repeatability: .unsafe)
    }

    /// Builds a route anew from the content of its space (`POST /_internal/router/route/reload`).
    ///
    /// - Throws: `EngineError.Code.http` for an unknown route or content that can't be used;
    ///   other `EngineError`s: see their codes.
    public func reload(_ name: String) async throws(EngineError) {
        try await perform(
            "/_internal/router/route/reload", NameSelection(name: name), repeatability: .safe)
    }

    /// Moves a route in the order (`POST /_internal/router/route/patchPriority`).
    ///
    /// - Parameters:
    ///   - name: The route.
    ///   - priority: Its new place: ``Route/priority``.
    /// - Throws: `EngineError.Code.http` for an unknown route or a priority that is taken; other
    ///   `EngineError`s: see their codes.
    public func patchPriority(_ name: String, to priority: UInt32) async throws(EngineError) {
        try await perform(
            "/_internal/router/route/patchPriority",
            PriorityRequest(name: name, priority: priority), repeatability: .safe)
    }

    private struct TableReply: Decodable {
        let table: [RouteEntry]
    }

    private struct RouteRequest: Encodable {
        let route: Route
    }

    private struct RouteReply: Decodable {
        let route: RouteEntry
    }

    private struct PriorityRequest: Encodable {
        let name: String
        let priority: UInt32
    }
}

extension Engine {
    /// The engine's routes.
    public var router: RouterModule { module(RouterModule.self) }
}
