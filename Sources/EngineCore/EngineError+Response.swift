extension EngineError {
    /// The response behind an error, as far as it arrived.
    public struct Response: Sendable, Hashable {
        /// Bytes of a body that an error keeps, at most.
        public static let bodyLimit = 65_536

        /// The status code, 200 to 599.
        public let status: Int
        /// The head's fields, such as `WWW-Authenticate` and `Location`.
        public let headers: HeaderFields
        /// The first bytes of the body, at most ``bodyLimit``; empty for a response that was
        /// streamed, whose bytes its consumer has.
        public let body: [UInt8]
        /// Whether the response has, or may have, more of a body than ``body``.
        public let isBodyTruncated: Bool

        /// Makes a response; keeps ``bodyLimit`` bytes of its body.
        public init(
            status: Int, headers: HeaderFields = [:], body: [UInt8] = [],
            isBodyTruncated: Bool = false
        ) {
            self.status = status
            self.headers = headers
            let isTooLong = body.count > Self.bodyLimit
            self.body = isTooLong ? Array(body[..<Self.bodyLimit]) : body
            self.isBodyTruncated = isBodyTruncated || isTooLong
        }

        /// Makes one of a complete response; keeps ``bodyLimit`` bytes of its body.
        public init(_ response: EngineResponse) {
            self.init(status: response.status, headers: response.headers, body: response.body)
        }

        /// The body as text; bytes that are not UTF-8 are replaced.
        public var text: String { String(decoding: body, as: UTF8.self) }

        /// The standard phrase for the status, such as `Not Found`; nil for a status without one.
        ///
        /// The server's own phrase is not kept: a client should ignore it (RFC 9112 section 4).
        public var reasonPhrase: String? { HTTPStatus.reasonPhrase(of: status) }
    }
}
