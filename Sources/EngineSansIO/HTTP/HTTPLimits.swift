/// What a peer may make the client hold in memory.
public struct HTTPLimits: Sendable, Hashable {
    /// Bytes of a head, or of the trailers.
    public var headSize = 65_536
    /// Fields in a head, or in the trailers.
    public var fieldCount = 256
    /// Bytes of a body that is collected.
    public var bodySize = 64 * 1024 * 1024
    /// Interim (1xx) responses before the final one (RFC 9110 section 15.2).
    public var interimResponseCount = 16

    /// The defaults.
    public init() {}
}
