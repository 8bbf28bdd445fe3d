/// Why a request can't be put on the wire. Nothing of such a request is sent.
public enum RequestEncodingError: Error, Hashable, Sendable {
    /// The method is no token (RFC 9110 section 9.1).
    case invalidMethod
    /// The method is one that the client does not support: `CONNECT`, which makes a tunnel of the
    /// connection (RFC 9110 section 9.3.6).
    case unsupportedMethod(name: String)
    /// The target is not a path from `/` on, or `*` for `OPTIONS`, or has a space, a control
    /// character, a `#` or a character outside ASCII: percent-encode those (RFC 9112 section 3.2).
    case invalidTarget
    /// The target has more bytes than ``RequestLimits/targetSize``.
    case targetTooLong(size: Int, limit: Int)
    /// The field of this name has a character that would break the head apart.
    case invalidField(name: String)
    /// There are several fields of this name, which a request may have once
    /// (RFC 9112 section 3.2).
    case repeatedField(name: String)
    /// The field of this name is the encoder's to write.
    case managedField(name: String)
    /// The line of the field of this name has more bytes than ``RequestLimits/fieldSize``.
    case fieldTooLong(name: String, size: Int, limit: Int)
    /// There are more fields than ``RequestLimits/fieldCount``.
    case tooManyFields(count: Int, limit: Int)
}

extension RequestEncodingError: CustomStringConvertible {
    /// What is wrong, with the setting where one forbids it.
    public var description: String {
        switch self {
        case .invalidMethod: "the method is not a token"
        case .unsupportedMethod(let name): "the method \(name) is not supported"
        case .invalidTarget:
            "the target is not a percent-encoded path that begins with /, or * for OPTIONS"
        case .targetTooLong(let size, let limit):
            "the target has \(size) bytes, more than requestLimits.targetSize (\(limit))"
        case .invalidField(let name):
            "the field \(name.debugDescription) has a character that no field may have"
        case .repeatedField(let name): "the field \(name) is there more than once"
        case .managedField(let name): "the field \(name) is the client's to write"
        case .fieldTooLong(let name, let size, let limit):
            "the field \(name) has \(size) bytes, more than requestLimits.fieldSize (\(limit))"
        case .tooManyFields(let count, let limit):
            "there are \(count) fields, more than requestLimits.fieldCount (\(limit))"
        }
    }
}
