/// How large a request's head may be; nil for no limit.
///
/// The defaults are the limits of cpp-httplib, the Wazuh Engine's server, which answers a larger
/// head late and without a reason: see its `CPPHTTPLIB_*_MAX_LENGTH`. Other daemons have others.
public struct RequestLimits: Sendable, Hashable {
    /// Bytes of the target.
    public var targetSize: Int? = 8_192
    /// Bytes of a field's line, its end included.
    public var fieldSize: Int? = 8_190
    /// Fields, beside `Host`, `Content-Type` and the one that frames the body.
    public var fieldCount: Int? = 97

    /// The defaults.
    public init() {}

    /// No limits.
    public static let unlimited: RequestLimits = {
        var limits = RequestLimits()
        limits.targetSize = nil
        limits.fieldSize = nil
        limits.fieldCount = nil
        return limits
    }()
}
