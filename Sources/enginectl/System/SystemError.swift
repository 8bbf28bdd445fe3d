#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// An `errno`.
struct SystemError: Error, CustomStringConvertible {
    let number: Int32

    // A constant or, since glibc 2.32, the thread's own text, copied before it is used again.
    var description: String { unsafe String(cString: strerror(number)) }
}
