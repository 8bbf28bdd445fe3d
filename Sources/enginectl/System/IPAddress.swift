#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Addresses of the Internet Protocol.
enum IPAddress {
    /// Whether a text is an IPv4 or IPv6 address (`inet_pton`).
    static func isValid(_ text: String) -> Bool {
        // Each call writes an address of the size that its family has.
        var four = in_addr()
        var six = in6_addr()
        return unsafe inet_pton(AF_INET, text, &four) == 1 || inet_pton(AF_INET6, text, &six) == 1
    }
}
