/// One complete response, as bytes.
public struct EngineResponse: Sendable, Hashable {
    /// The status code, 200 to 599.
    public let status: Int
    /// The head's fields.
    public let headers: HeaderFields
    /// The body, out of its framing.
    public let body: [UInt8]
    /// Fields after a chunked body.
    public let trailers: HeaderFields

    /// Makes a response, for tests of code that takes one.
    public init(
        status: Int, headers: HeaderFields = [:], body: [UInt8] = [], trailers: HeaderFields = [:]
    ) {
        self.status = status
        self.headers = headers
        self.body = body
        self.trailers = trailers
    }

    /// Whether the status is one of 2xx: no other one says that the request did what was asked
    /// (RFC 9110 section 15).
    public var isSuccess: Bool { HTTPStatus.isSuccess(status) }

    /// The body as text; what is not UTF-8 is replaced.
    public var text: String { String(decoding: body, as: UTF8.self) }
}
