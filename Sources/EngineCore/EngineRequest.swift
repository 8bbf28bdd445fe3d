/// One request, as bytes.
public struct EngineRequest: Sendable {
    /// Whether a request may be sent again after it may have reached the engine.
    public enum Repeatability: Sendable, Hashable {
        /// By the method: `GET`, `HEAD`, `PUT`, `DELETE`, `OPTIONS` and `TRACE` may be.
        case byMethod
        /// Running it twice is the same as running it once.
        case safe
        /// It runs at most once: sent again only when the engine can't have read it.
        case unsafe
        /// It is never sent again, not even when no byte of it went out.
        case never
    }

    /// The method.
    public var method: HTTPMethod
    /// The target from the leading slash on, with its query if it has one, percent-encoded.
    public var path: String
    /// Fields beside `Host` and `Content-Type`, which are added where missing, and those that frame
    /// the body. `Host` may be given once; a `Content-Type` here goes before the body's own.
    public var headers: HeaderFields
    /// The body.
    public var body: RequestBody
    /// From the call to the complete response, retries included; with ``Engine/stream(_:)`` to the
    /// final response's head. Nil for ``EngineConfiguration/timeout``, `.unlimited` for none; zero or
    /// less expires at once.
    public var timeout: Duration?
    /// How long the engine may leave a streamed response without progress, once its head is there.
    /// Nil for ``EngineConfiguration/stallTimeout``, `.unlimited` for none.
    public var stallTimeout: Duration?
    /// From the call to the last byte of the response, streamed bodies and the caller's own time
    /// included. Nil for ``EngineConfiguration/totalTimeout``, `.unlimited` for none.
    public var totalTimeout: Duration?
    /// Whether the response may be compressed; nil for ``EngineConfiguration/acceptsCompression``.
    ///
    /// Then `Accept-Encoding: gzip, deflate` is sent, unless ``headers`` have that field, and a body
    /// in one of these codings is decoded: its response has no `Content-Encoding` and no
    /// `Content-Length`, which describe the compressed bytes. A body in another coding, or in
    /// several, stays as it is, with its `Content-Encoding`. `HTTPLimits.bodySize` limits the
    /// compressed and the decoded body of a response that is collected; a streamed one is decoded
    /// in chunks of 64 KiB at most. The caller's task decodes. A request for a `Range` is sent as
    /// it is.
    public var acceptsCompression: Bool?
    /// Whether it may be sent again.
    public var repeatability = Repeatability.byMethod
    /// With several engines, requests of the same key go to the same one as long as that is well,
    /// whichever process sends them; nil to leave it to ``EngineConfiguration/balancing``.
    public var routingKey: String?

    /// Makes a request.
    public init(
        _ method: HTTPMethod = .get, _ path: String, headers: HeaderFields = [:],
        body: RequestBody = .empty, timeout: Duration? = nil
    ) {
        self.method = method
        self.path = path
        self.headers = headers
        self.body = body
        self.timeout = timeout
    }

    var isSafeToRepeat: Bool {
        switch repeatability {
        case .byMethod: method.isIdempotent
        case .safe: true
        case .unsafe, .never: false
        }
    }
}
