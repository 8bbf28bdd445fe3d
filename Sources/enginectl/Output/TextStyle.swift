#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// How parts of the text on standard output stand out.
enum TextStyle: Int {
    // The numbers of ECMA-48, section 8.3.117 (SGR).
    case bold = 1
    case red = 31
    case green = 32

    /// The text in this style; as it is where nobody would see it, or has asked not to.
    func callAsFunction(_ text: String) -> String {
        Self.isSeen ? "\u{1B}[\(rawValue)m\(text)\u{1B}[0m" : text
    }

    // https://no-color.org: any value but an empty one.
    private static let isSeen =
        StandardStream.output.isTerminal && environment("NO_COLOR").isEmpty
        && environment("TERM") != "dumb"

    private static func environment(_ name: String) -> String {
        // Copied before anything else could change the environment.
        unsafe getenv(name).map { unsafe String(cString: $0) } ?? ""
    }
}
