#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Something that is read from its start to its end, pipes included.
enum InputFile {
    case standardInput
    case path(String)

    /// All that is in it.
    func contents() throws(SystemError) -> [UInt8] {
        switch self {
        case .standardInput:
            return try Self.readAll(0)
        case .path(let path):
            let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw SystemError(number: errno) }
            defer { close(descriptor) }
            return try Self.readAll(descriptor)
        }
    }

    private static func readAll(_ descriptor: Int32) throws(SystemError) -> [UInt8] {
        var contents: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes { buffer in
                unsafe read(descriptor, buffer.baseAddress, buffer.count)
            }
            if count == 0 { return contents }
            if count > 0 {
                contents += buffer[..<count]
            } else if errno != EINTR {
                throw SystemError(number: errno)
            }
        }
    }
}
