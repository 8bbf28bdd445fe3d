#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A file or standard input that is read as it comes.
final class LineInput: Sendable {
    static let standardInput = LineInput(descriptor: 0)

    private static let size = 65_536
    // How long nothing may come before the reader looks whether it is still wanted.
    private static let patience: Int32 = 100

    // The C functions here use what they are given during the call, buffers within their sizes.
    private let descriptor: Int32

    private init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    init(path: String) throws(SystemError) {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemError(number: errno) }
        self.descriptor = descriptor
    }

    deinit {
        if descriptor > 2 { close(descriptor) }
    }

    /// What comes next: nil at the end, nothing where nothing came for a tenth of a second.
    func read() throws(SystemError) -> [UInt8]? {
        var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        let ready = unsafe poll(&wanted, 1, Self.patience)
        if ready == 0 || (ready < 0 && errno == EINTR) { return [] }
        var buffer = [UInt8](repeating: 0, count: Self.size)
        let count = unsafe buffer.withUnsafeMutableBytes { buffer in
            unsafe systemRead(descriptor, buffer.baseAddress, buffer.count)
        }
        switch (count, errno) {
        case (0, _): return nil
        case (1..., _): return Array(buffer[..<count])
        case (_, EINTR), (_, EAGAIN): return []
        case (_, let number): throw SystemError(number: number)
        }
    }
}

// Inside a type with a `read` of its own the C function can't be named.
private func systemRead(
    _ descriptor: Int32, _ bytes: UnsafeMutableRawPointer?, _ count: Int
) -> Int {
    unsafe read(descriptor, bytes, count)
}
