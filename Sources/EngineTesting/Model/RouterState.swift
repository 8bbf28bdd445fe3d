internal import EngineCore
public import EngineModules
internal import EngineSansIO

/// The router's routes.
///
/// Guessed, after the engine's source where it says something: the words for names and priorities
/// that are missing, taken or out of bounds; the table goes by priority; a route whose policy is not
/// enabled is `DISABLED`; a route lives on when its space is deleted, until it is reloaded.
public struct RouterState: Sendable, Hashable {
    /// A route that was built.
    public struct Entry: Sendable, Hashable {
        /// The route.
        public var route: Route
        /// Whether it takes events.
        public var status: EntryStatus
        /// When it was built, in seconds since 1970.
        public var loadedAt: Int64

        /// Makes an entry.
        public init(_ route: Route, status: EntryStatus = .enabled, loadedAt: Int64 = 0) {
            self.route = route
            self.status = status
            self.loadedAt = loadedAt
        }

        fileprivate func reply(at seconds: Int64) -> RouteEntry {
            RouteEntry(route: route, status: status, uptime: max(0, seconds - loadedAt))
        }
    }

    private static let maximumPriority: UInt32 = 1_000

    /// The routes by name.
    public var entries: [String: Entry] = [:]

    /// No routes.
    public init() {}

    fileprivate func entry(named name: String) throws(Refusal) -> Entry {
        guard let entry = entries[name] else { throw Refusal("The route not exist") }
        return entry
    }

    fileprivate func checkPriority(_ priority: UInt32) throws(Refusal) {
        guard priority > 0 else { throw Refusal("Priority of the route cannot be 0") }
        guard priority <= Self.maximumPriority else {
            throw Refusal("Priority of the route cannot be greater than \(Self.maximumPriority)")
        }
    }

    fileprivate func isTaken(_ priority: UInt32, exceptBy name: String? = nil) -> Bool {
        entries.values.contains { $0.route.priority == priority && $0.route.name != name }
    }
}

extension Endpoint {
    private static let name: [RequestField] = [.string("name")]
    private static let route = RequestField.message(
        "route",
        [.string("name"), .string("namespaceId"), .unsigned("priority"), .string("description")])

    static let router = [
        Endpoint(.post, "/_internal/router/table/get", lists: ["table"]) { state, request in
            let entries = state.router.entries.values.sorted {
                ($0.route.priority, $0.route.name) < ($1.route.priority, $1.route.name)
            }
            return ["table": entries.map { $0.reply(at: request.seconds) }]
        },
        Endpoint(.post, "/_internal/router/route/post", fields: [route], running: post),
        Endpoint(.post, "/_internal/router/route/get", fields: name) {
            (state: inout EngineState, request) throws(Refusal) in
            let entry = try state.router.entry(named: request.string("name"))
            return ["route": entry.reply(at: request.seconds)]
        },
        Endpoint(
            .post, "/_internal/router/route/delete", fields: name,
            running: {
                (state: inout EngineState, request) throws(Refusal) in
                let entry = try state.router.entry(named: request.string("name"))
                state.router.entries[entry.route.name] = nil
            }),
        Endpoint(
            .post, "/_internal/router/route/reload", fields: name,
            running: {
                (state: inout EngineState, request) throws(Refusal) in
                var entry = try state.router.entry(named: request.string("name"))
                entry.status = try status(
                    of: entry.route.namespaceID, in: state, or: "Failed to reload the route")
                entry.loadedAt = request.seconds
                state.router.entries[entry.route.name] = entry
            }),
        Endpoint(
            .post, "/_internal/router/route/patchPriority", fields: name + [.unsigned("priority")],
            running: {
                (state: inout EngineState, request) throws(Refusal) in
                let (name, priority) = (request.string("name"), request.unsigned("priority"))
                try state.router.checkPriority(priority)
                var entry = try state.router.entry(named: name)
                guard !state.router.isTaken(priority, exceptBy: name) else {
                    throw Refusal("Failed to change the priority, it is already in use")
                }
                entry.route.priority = priority
                state.router.entries[name] = entry
            }),
    ]

    private static func post(
        _ state: inout EngineState, _ request: EndpointRequest
    ) throws(Refusal) {
        guard let fields = request.message("route") else { throw Refusal("Missing /route") }
        let route = Route(
            name: fields.string("name"), namespaceID: fields.string("namespaceId"),
            priority: fields.unsigned("priority"),
            description: fields.optionalString("description"))
        guard !route.name.isEmpty else { throw Refusal("Name cannot be empty") }
        try state.router.checkPriority(route.priority)
        let status = try status(
            of: route.namespaceID, in: state, or: "Failed to create the route")
        guard state.router.entries[route.name] == nil else {
            throw Refusal("The name of the route is already in use")
        }
        guard !state.router.isTaken(route.priority) else {
            throw Refusal("The priority of the route  is already in use")
        }
        state.router.entries[route.name] = .init(
            route, status: status, loadedAt: request.seconds)
    }

    /// What becomes of a route when it is built from a space's policy.
    private static func status(
        of namespace: String, in state: EngineState, or failure: String
    ) throws(Refusal) -> EntryStatus {
        do throws(Refusal) {
            return try state.content.buildPolicy(of: namespace) ? .enabled : .disabled
        } catch {
            throw
                error
                .prefixed(by: "Failed to create environment with policy '\(namespace)'")
                .prefixed(by: failure)
        }
    }
}
