public import EngineCore

/// A request as an ``EmbeddedEngine`` received it.
public struct EmbeddedRequest: Sendable {
    /// The method.
    public let method: HTTPMethod
    /// The target, its query included.
    public let path: String
    /// The head's fields.
    public let headers: HeaderFields
    /// The body, out of its framing.
    public let body: [UInt8]
}

/// What an ``EmbeddedEngine`` answers.
public struct EmbeddedResponse: Sendable {
    /// The status code.
    public var status: Int
    /// Fields beside `Keep-Alive`, `Connection` and `Content-Length`.
    public var headers: HeaderFields
    /// The body.
    public var body: [UInt8]
    /// How it goes wrong; nil when it does not.
    public var fault: Fault?

    /// Makes an answer.
    public init(
        status: Int = 200, headers: HeaderFields = [:], body: [UInt8] = [], fault: Fault? = nil
    ) {
        self.status = status
        self.headers = headers
        self.body = body
        self.fault = fault
    }

    /// Makes an answer of JSON text, typed as the engine types it.
    public static func json(_ text: String, status: Int = 200) -> EmbeddedResponse {
        EmbeddedResponse(
            status: status, headers: ["Content-Type": "plain/text"], body: Array(text.utf8))
    }

    /// Makes an answer that goes wrong.
    public static func failing(_ fault: Fault) -> EmbeddedResponse {
        EmbeddedResponse(body: Array("{\"status\":\"OK\"}".utf8), fault: fault)
    }
}

extension EmbeddedResponse {
    /// The answer as bytes.
    func encoded(to method: HTTPMethod, persistence: HeaderFields) -> [UInt8] {
        var bytes = Array("HTTP/1.1 \(status) \(Self.reason(of: status))\r\n".utf8)
        bytes += persistence.wire
        bytes += Array("Content-Length: \(body.count)\r\n".utf8)
        bytes += headers.wire
        bytes += [.carriageReturn, .lineFeed]
        if method != .head { bytes += body }
        return bytes
    }

    private static func reason(of status: Int) -> String {
        switch status {
        case 200: "OK"
        case 204: "No Content"
        case 400: "Bad Request"
        case 404: "Not Found"
        case 413: "Payload Too Large"
        case 500: "Internal Server Error"
        case 503: "Service Unavailable"
        default: ""
        }
    }
}
