public import EngineCore
public import EngineSansIO

/// Checks that a module of a user's own keeps to the rules of this library, call by call.
///
/// ```swift
/// let conformance = EngineModuleConformance<PolicyModule>(calls: [
///     .init("create", .post, "/policy/create", isRepeatable: false, reply: ["id": 1]) {
///         try await $0.create(policy).id
///     } returns: { $0 == 1 }
/// ])
/// try await conformance.check()
/// ```
///
/// It needs no test framework: failures are values, and ``check()`` throws them. Each check talks to
/// an ``EmbeddedEngine`` of its own through a real socket.
public struct EngineModuleConformance<Module: EngineModule>: Sendable {
    /// What a call is expected to send and to make of a good reply.
    public struct Call: Sendable {
        /// What the body must be.
        public enum Body: Sendable, Hashable {
            /// No body.
            case none
            /// Any JSON.
            case json
            /// This JSON.
            case exactly(JSONValue)
        }

        /// What a failure names the call.
        public let name: String
        /// The method that it must use.
        public let method: HTTPMethod
        /// The target that it must ask for, with its query.
        public let path: String
        /// Whether it may be sent again after it may have been run.
        public let isRepeatable: Bool
        /// What it must send.
        public let body: Body
        /// A good reply.
        public let reply: JSONValue
        // False where the value that was made of the reply is the wrong one.
        let make: @Sendable (Module) async throws -> Bool

        /// Describes a call.
        ///
        /// - Parameters:
        ///   - name: What a failure names it.
        ///   - method: The method that it must use.
        ///   - path: The target that it must ask for.
        ///   - isRepeatable: Whether it may be sent again after it may have been run.
        ///   - body: What it must send; nil for no body with `GET` and any JSON else.
        ///   - reply: A good reply, its envelope included if it has one.
        ///   - make: Makes the call.
        ///   - isRight: Whether what the call made of the reply is right.
        public init<Value>(
            _ name: String, _ method: HTTPMethod = .post, _ path: String, isRepeatable: Bool,
            body: Body? = nil, reply: JSONValue = ["status": "OK"],
            make: @escaping @Sendable (Module) async throws -> Value,
            returns isRight: @escaping @Sendable (Value) -> Bool = { _ in true }
        ) {
            self.name = name
            self.method = method
            self.path = path
            self.isRepeatable = isRepeatable
            self.body = body ?? (method == .get ? .none : .json)
            self.reply = reply
            self.make = { isRight(try await make($0)) }
        }
    }

    /// The calls to check.
    public let calls: [Call]
    /// The client's timeout in the check that waits for it.
    public var timeout = Duration.milliseconds(100)
    /// How long one check may take; one that takes longer fails.
    public var limit = Duration.seconds(5)

    /// Makes the checks of some calls.
    public init(_ type: Module.Type = Module.self, calls: [Call]) {
        self.calls = calls
    }

    /// Runs every check; answers with what went wrong, empty when nothing did.
    ///
    /// - Throws: `LibUVError` when no embedded engine can be started.
    public func failures() async throws -> [ConformanceFailure] {
        var failures: [ConformanceFailure] = []
        for call in calls {
            for check in ConformanceCheck.allCases {
                guard let message = try await failure(of: call, in: check) else { continue }
                failures.append(.init(call: call.name, check: check, message: message))
            }
        }
        return failures
    }

    /// Runs every check.
    ///
    /// - Throws: ``ConformanceFailures`` when something went wrong, and `LibUVError` when no
    ///   embedded engine can be started.
    public func check() async throws {
        let failures = try await failures()
        if !failures.isEmpty { throw ConformanceFailures(failures: failures) }
    }
}

/// What is checked of each call.
public enum ConformanceCheck: String, Sendable, Hashable, CaseIterable {
    /// Exactly one request is sent, with the method, the target and the body that were declared.
    case request
    /// A good reply is read.
    case reply
    /// A good reply with members that nobody knows yet is read the same.
    case unknownMembers
    /// `"status": "ERROR"` under 200 is `EngineError.Code.http`, with the engine's words.
    case refusalUnderOK
    /// `"status": "ERROR"` under 400 is `EngineError.Code.http`, with the status and the words.
    case refusalUnderBadRequest
    /// A good reply under 302 is `EngineError.Code.http`, with the status: only 2xx is a success.
    case redirect
    /// A reply that is no JSON is `EngineError.Code.invalidJSON`.
    case invalidJSON
    /// An engine that never answers is `EngineError.Code.timeout`.
    case timeout
    /// A socket that is not there is `EngineError.Code.connection`.
    case missingSocket
    /// A request that may have been run is sent again if the call is repeatable, and never else.
    case repetition
}

/// What a call does wrong.
public struct ConformanceFailure: Sendable, Hashable, CustomStringConvertible {
    /// The call.
    public let call: String
    /// What was checked.
    public let check: ConformanceCheck
    /// What was expected, and what there was.
    public let message: String

    /// All three in one line.
    public var description: String { "\(call): \(check.rawValue): \(message)" }
}

/// What the calls of a module do wrong.
public struct ConformanceFailures: Error, CustomStringConvertible {
    /// Each by itself.
    public let failures: [ConformanceFailure]

    /// One line for each.
    public var description: String { failures.map(\.description).joined(separator: "\n") }
}
