#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// The path of a Unix domain socket, checked to fit the kernel's address structure.
///
/// libuv 1.44 cuts a longer path off without a word and connects to whatever the rest names.
public struct SocketPath: Hashable, Sendable, CustomStringConvertible {
    /// Bytes that a path may have: the size of `sun_path` less the closing NUL (107 on Linux).
    public static let maximumLength = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1

    /// Why a string can't be the path of a socket.
    public enum Invalid: Error, Hashable, Sendable {
        /// The path has no characters.
        case empty
        /// The path has this many UTF-8 bytes, more than ``SocketPath/maximumLength``.
        case tooLong(Int)
        /// The path has a NUL inside, at which C would cut it.
        case containsNUL
    }

    /// The path as given.
    public let description: String

    /// Checks a path.
    ///
    /// - Throws: ``Invalid`` when no socket can have that path.
    public init(_ path: String) throws(Invalid) {
        guard !path.isEmpty else { throw .empty }
        guard !path.utf8.contains(0) else { throw .containsNUL }
        guard path.utf8.count <= Self.maximumLength else { throw .tooLong(path.utf8.count) }
        description = path
    }
}
