/// A typed part of an engine's API.
///
/// ```swift
/// struct PolicyModule: EngineModule {
///     static let name = "policy"
///     let engine: Engine
///
///     func create(_ policy: Policy) async throws(EngineError) -> Receipt {
///         try await send("/policy/create", policy)
///     }
/// }
/// ```
public protocol EngineModule: Sendable {
    /// The name under which an engine keeps the module; unique within it.
    static var name: String { get }
    /// The engine that the module talks to.
    var engine: Engine { get }
    /// Makes the module for an engine.
    init(engine: Engine)
}

extension EngineModule {
    /// Sends JSON with `POST` and reads JSON: ``Engine/send(_:_:method:repeatability:timeout:as:)``.
    public func send<Reply: Decodable>(
        _ path: String, _ body: some Encodable, method: HTTPMethod = .post,
        repeatability: EngineRequest.Repeatability = .byMethod, timeout: Duration? = nil,
        as type: Reply.Type = Reply.self
    ) async throws(EngineError) -> Reply {
        try await engine.send(
            path, body, method: method, repeatability: repeatability, timeout: timeout, as: type)
    }

    /// Sends no body and reads JSON: ``Engine/send(_:method:repeatability:timeout:as:)``.
    public func send<Reply: Decodable>(
        _ path: String, method: HTTPMethod = .get,
        repeatability: EngineRequest.Repeatability = .byMethod, timeout: Duration? = nil,
        as type: Reply.Type = Reply.self
    ) async throws(EngineError) -> Reply {
        try await engine.send(
            path, method: method, repeatability: repeatability, timeout: timeout, as: type)
    }
}

extension Engine {
    /// Sends a value as JSON and reads the reply as JSON.
    ///
    /// - Parameters:
    ///   - path: The target; a leading slash is added where it is missing.
    ///   - body: What to send. ``JSONValue`` sends anything.
    ///   - method: The method.
    ///   - repeatability: Whether the request may be sent again after it may have been run.
    ///   - timeout: From the call to the complete response; nil for the configuration's.
    ///   - type: The reply's type. ``JSONValue`` reads anything, ``EngineAcknowledgement`` nothing.
    /// - Throws: ``EngineError``: see its codes.
    public func send<Reply: Decodable>(
        _ path: String, _ body: some Encodable, method: HTTPMethod = .post,
        repeatability: EngineRequest.Repeatability = .byMethod, timeout: Duration? = nil,
        as type: Reply.Type = Reply.self
    ) async throws(EngineError) -> Reply {
        var request = EngineRequest(
            method, path.withLeadingSlash, body: .bytes(try encodeJSON(body)), timeout: timeout)
        request.repeatability = repeatability
        return try await execute(request).decode()
    }

    /// Sends a request without a body and reads the reply as JSON.
    ///
    /// - Throws: ``EngineError``: see its codes.
    public func send<Reply: Decodable>(
        _ path: String, method: HTTPMethod = .get,
        repeatability: EngineRequest.Repeatability = .byMethod, timeout: Duration? = nil,
        as type: Reply.Type = Reply.self
    ) async throws(EngineError) -> Reply {
        var request = EngineRequest(method, path.withLeadingSlash, timeout: timeout)
        request.repeatability = repeatability
        return try await execute(request).decode()
    }
}

extension String {
    fileprivate var withLeadingSlash: String { hasPrefix("/") ? self : "/" + self }
}
