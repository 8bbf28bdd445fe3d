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
    /// How the module's bodies and replies are written: the names of members, the form of dates.
    /// `JSONCoding()` unless the module says otherwise.
    var coding: JSONCoding { get }
    /// Makes the module for an engine.
    init(engine: Engine)
}

extension EngineModule {
    /// Names as they are in Swift, and the other defaults of `JSONCoding`.
    public var coding: JSONCoding { JSONCoding() }

    /// Sends JSON with `POST` and reads JSON: ``Engine/send(_:_:method:repeatability:timeout:coding:as:)``.
    public func send<Reply: Decodable>(
        _ path: String, _ body: some Encodable, method: HTTPMethod = .post,
        repeatability: EngineRequest.Repeatability = .byMethod, timeout: Duration? = nil,
        as type: Reply.Type = Reply.self
    ) async throws(EngineError) -> Reply {
        try await engine.send(
            path, body, method: method, repeatability: repeatability, timeout: timeout,
            coding: coding, as: type)
    }

    /// Sends no body and reads JSON: ``Engine/send(_:method:repeatability:timeout:coding:as:)``.
    public func send<Reply: Decodable>(
        _ path: String, method: HTTPMethod = .get,
        repeatability: EngineRequest.Repeatability = .byMethod, timeout: Duration? = nil,
        as type: Reply.Type = Reply.self
    ) async throws(EngineError) -> Reply {
        try await engine.send(
            path, method: method, repeatability: repeatability, timeout: timeout,
            coding: coding, as: type)
    }

    /// Sends JSON with `POST` where no reply is wanted:
    /// ``Engine/send(_:_:method:repeatability:timeout:coding:)``.
    public func send(
        _ path: String, _ body: some Encodable, method: HTTPMethod = .post,
        repeatability: EngineRequest.Repeatability = .byMethod, timeout: Duration? = nil
    ) async throws(EngineError) {
        try await engine.send(
            path, body, method: method, repeatability: repeatability, timeout: timeout,
            coding: coding)
    }

    /// Sends no body where no reply is wanted: ``Engine/send(_:method:repeatability:timeout:)``.
    public func send(
        _ path: String, method: HTTPMethod = .get,
        repeatability: EngineRequest.Repeatability = .byMethod, timeout: Duration? = nil
    ) async throws(EngineError) {
        try await engine.send(
            path, method: method, repeatability: repeatability, timeout: timeout)
    }
}

extension Engine {
    /// Sends a value as JSON and reads the reply as JSON.
    ///
    /// - Parameters:
    ///   - path: The target; a leading slash is added where it is missing.
    ///   - body: What to send. `JSONValue` sends anything.
    ///   - method: The method.
    ///   - repeatability: Whether the request may be sent again after it may have been run.
    ///   - timeout: From the call to the complete response; nil for the configuration's.
    ///   - coding: How the JSON is written.
    ///   - type: The reply's type. `JSONValue` reads anything, ``EngineAcknowledgement`` nothing.
    /// - Throws: ``EngineError``: see its codes.
    public func send<Reply: Decodable>(
        _ path: String, _ body: some Encodable, method: HTTPMethod = .post,
        repeatability: EngineRequest.Repeatability = .byMethod, timeout: Duration? = nil,
        coding: JSONCoding = JSONCoding(), as type: Reply.Type = Reply.self
    ) async throws(EngineError) -> Reply {
        let request = try request(path, body, method, repeatability, timeout, coding)
        return try await execute(request).decode(by: coding)
    }

    /// Sends a request without a body and reads the reply as JSON.
    ///
    /// - Throws: ``EngineError``: see its codes.
    public func send<Reply: Decodable>(
        _ path: String, method: HTTPMethod = .get,
        repeatability: EngineRequest.Repeatability = .byMethod, timeout: Duration? = nil,
        coding: JSONCoding = JSONCoding(), as type: Reply.Type = Reply.self
    ) async throws(EngineError) -> Reply {
        try await execute(request(path, method, repeatability, timeout)).decode(by: coding)
    }

    /// Sends a value as JSON where no reply is wanted, whatever the body of the response is.
    ///
    /// - Parameters:
    ///   - path: The target; a leading slash is added where it is missing.
    ///   - body: What to send.
    ///   - method: The method.
    ///   - repeatability: Whether the request may be sent again after it may have been run.
    ///   - timeout: From the call to the complete response; nil for the configuration's.
    ///   - coding: How the JSON is written.
    /// - Throws: ``EngineError``: see ``EngineResponse/checkSuccess(allowing:)`` and its codes.
    public func send(
        _ path: String, _ body: some Encodable, method: HTTPMethod = .post,
        repeatability: EngineRequest.Repeatability = .byMethod, timeout: Duration? = nil,
        coding: JSONCoding = JSONCoding()
    ) async throws(EngineError) {
        let request = try request(path, body, method, repeatability, timeout, coding)
        try await execute(request).checkSuccess()
    }

    /// Sends a request without a body where no reply is wanted, whatever the body of the response
    /// is.
    ///
    /// - Throws: ``EngineError``: see ``EngineResponse/checkSuccess(allowing:)`` and its codes.
    public func send(
        _ path: String, method: HTTPMethod = .get,
        repeatability: EngineRequest.Repeatability = .byMethod, timeout: Duration? = nil
    ) async throws(EngineError) {
        try await execute(request(path, method, repeatability, timeout)).checkSuccess()
    }

    private func request(
        _ path: String, _ body: some Encodable, _ method: HTTPMethod,
        _ repeatability: EngineRequest.Repeatability, _ timeout: Duration?,
        _ coding: JSONCoding
    ) throws(EngineError) -> EngineRequest {
        var request = EngineRequest(
            method, path.withLeadingSlash, body: .json(bytes: try encodeJSON(body, by: coding)),
            timeout: timeout)
        request.repeatability = repeatability
        return request
    }

    private func request(
        _ path: String, _ method: HTTPMethod, _ repeatability: EngineRequest.Repeatability,
        _ timeout: Duration?
    ) -> EngineRequest {
        var request = EngineRequest(method, path.withLeadingSlash, timeout: timeout)
        request.repeatability = repeatability
        return request
    }
}

extension String {
    // `*` asks about the server itself (RFC 9112 section 3.2.4).
    fileprivate var withLeadingSlash: String { hasPrefix("/") || self == "*" ? self : "/" + self }
}
