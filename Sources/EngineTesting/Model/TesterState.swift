internal import EngineCore
public import EngineModules
internal import EngineSansIO

/// The tester's sessions.
///
/// Guessed: the words for a name that is missing or taken; the table goes by name; a session whose
/// policy is not enabled is `DISABLED`, and can be used all the same.
public struct TesterState: Sendable, Hashable {
    /// A session that was built.
    public struct Entry: Sendable, Hashable {
        /// The session.
        public var session: TesterSession
        /// Whether events can be tested in it.
        public var status: EntryStatus
        /// When it was last used, in seconds since 1970; 0 for never.
        public var lastUse: Int64

        /// Makes an entry.
        public init(
            _ session: TesterSession, status: EntryStatus = .enabled, lastUse: Int64 = 0
        ) {
            self.session = session
            self.status = status
            self.lastUse = lastUse
        }

        fileprivate var reply: TesterSessionEntry {
            TesterSessionEntry(session: session, status: status, lastUse: lastUse)
        }
    }

    /// The sessions by name.
    public var sessions: [String: Entry] = [:]

    /// No sessions.
    public init() {}

    func session(named name: String) throws(Refusal) -> Entry {
        guard let entry = sessions[name] else {
            throw Refusal("The '\(name)' environment does not exist.")
        }
        return entry
    }
}

extension Endpoint {
    private static let sessionName: [RequestField] = [.string("name")]
    private static let session = RequestField.message(
        "session",
        [.string("name"), .string("namespaceId"), .unsigned("lifetime"), .string("description")])

    static let tester = [
        Endpoint(.post, "/_internal/tester/table/get", lists: ["sessions"]) { state, _ in
            let entries = state.tester.sessions.sorted { $0.key < $1.key }
            return ["sessions": entries.map(\.value.reply)]
        },
        Endpoint(.post, "/_internal/tester/session/post", fields: [session], running: post),
        Endpoint(.post, "/_internal/tester/session/get", fields: sessionName) {
            (state: inout EngineState, request) throws(Refusal) in
            ["session": try state.tester.session(named: request.string("name")).reply]
        },
        Endpoint(
            .post, "/_internal/tester/session/delete", fields: sessionName,
            running: { (state: inout EngineState, request) throws(Refusal) in
                let entry = try state.tester.session(named: request.string("name"))
                state.tester.sessions[entry.session.name] = nil
            }),
        Endpoint(
            .post, "/_internal/tester/session/reload", fields: sessionName,
            running: { (state: inout EngineState, request) throws(Refusal) in
                var entry = try state.tester.session(named: request.string("name"))
                entry.status = try status(of: entry.session.namespaceID, in: state)
                state.tester.sessions[entry.session.name] = entry
            }),
    ]

    private static func post(
        _ state: inout EngineState, _ request: EndpointRequest
    ) throws(Refusal) {
        guard let fields = request.message("session") else { throw Refusal("Missing /session") }
        let session = TesterSession(
            name: fields.string("name"), namespaceID: fields.string("namespaceId"),
            lifetime: fields.unsigned("lifetime"),
            description: fields.optionalString("description"))
        guard !session.name.isEmpty else { throw Refusal("Name cannot be empty") }
        let status = try status(of: session.namespaceID, in: state)
        guard state.tester.sessions[session.name] == nil else {
            throw Refusal("The '\(session.name)' environment already exists.")
        }
        state.tester.sessions[session.name] = .init(session, status: status)
    }

    private static func status(
        of namespace: String, in state: EngineState
    ) throws(Refusal) -> EntryStatus {
        try Refusal.during("Failed to create the testing environment") { () throws(Refusal) in
            try state.content.buildPolicy(of: namespace) ? .enabled : .disabled
        }
    }
}
