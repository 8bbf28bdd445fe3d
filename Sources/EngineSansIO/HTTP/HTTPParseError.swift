/// How a message breaks HTTP/1.1, or a limit set here.
public enum HTTPParseError: Error, Hashable, Sendable {
    /// No `HTTP/1.x NNN reason` line (RFC 9112 section 4).
    case invalidStatusLine
    /// No `method target HTTP/1.x` line (RFC 9112 section 3).
    case invalidRequestLine
    /// A protocol version other than HTTP/1.0 and HTTP/1.1 (RFC 9112 section 2.3).
    case unsupportedVersion
    /// A status code that is not in 100...599 (RFC 9110 section 15).
    case invalidStatusCode
    /// A name that is no token, or white space before the colon (RFC 9112 section 5.1).
    case invalidFieldName
    /// A control character, a NUL or a lone CR in a value (RFC 9110 section 5.5).
    case invalidFieldValue
    /// White space before the first field, or a request's field that goes on on the next line; a
    /// response's is read (RFC 9112 sections 2.2 and 5.2).
    case obsoleteLineFolding
    /// A head or trailer section of more than this many bytes.
    case headTooLarge(limit: Int)
    /// More than this many fields.
    case tooManyFields(limit: Int)
    /// A length that is no decimal number, does not fit, or differs from another one
    /// (RFC 9112 section 6.3).
    case invalidContentLength
    /// Both `Transfer-Encoding` and `Content-Length`, or the former in HTTP/1.0
    /// (RFC 9112 sections 6.1 and 6.3).
    case conflictingFraming
    /// A transfer coding other than one `chunked` (RFC 9112 section 6.1).
    case unsupportedTransferCoding
    /// A chunk size that is no hexadecimal number, does not fit or has too many leading zeros
    /// (RFC 9112 section 7.1).
    case invalidChunkSize
    /// Chunk data that is not followed by CR LF (RFC 9112 section 7.1).
    case invalidChunkDelimiter
    /// Chunk extensions of too many bytes or with control characters (RFC 9112 section 7.1.1).
    case invalidChunkExtension
    /// A body of more than this many bytes.
    case bodyTooLarge(limit: Int)
    /// A switch of protocols that was not asked for (RFC 9110 section 15.2.2).
    case unexpectedUpgrade
    /// More than this many interim (1xx) responses.
    case tooManyInterimResponses(limit: Int)
    /// The connection ended inside a message (RFC 9112 section 8).
    case truncated
}
