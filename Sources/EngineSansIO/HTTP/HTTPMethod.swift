/// A request method (RFC 9110 section 9).
public struct HTTPMethod: RawRepresentable, Hashable, Sendable {
    /// The name, which is case-sensitive.
    public let rawValue: String

    /// Names a method; whether it is a token is checked when a request is sent.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// Reads a resource.
    public static let get = HTTPMethod(rawValue: "GET")
    /// Reads a resource's header fields.
    public static let head = HTTPMethod(rawValue: "HEAD")
    /// Has a resource process what is sent.
    public static let post = HTTPMethod(rawValue: "POST")
    /// Replaces a resource.
    public static let put = HTTPMethod(rawValue: "PUT")
    /// Changes a resource in part (RFC 5789).
    public static let patch = HTTPMethod(rawValue: "PATCH")
    /// Removes a resource.
    public static let delete = HTTPMethod(rawValue: "DELETE")
    /// Asks what a resource can do.
    public static let options = HTTPMethod(rawValue: "OPTIONS")

    /// Whether doing it twice is the same as doing it once (RFC 9110 section 9.2.2).
    public var isIdempotent: Bool {
        switch self {
        case .get, .head, .put, .delete, .options: true
        default: rawValue == "TRACE"
        }
    }
}

extension HTTPMethod: CustomStringConvertible {
    /// The name.
    public var description: String { rawValue }
}
