#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// An open file, read in order.
final class InputDescriptor: Sendable {
    /// What kind of file it is.
    enum Kind {
        /// With the bytes that are left in it, where it has a size.
        case regular(length: Int?)
        case directory
        /// A pipe, a terminal or a device.
        case other
    }

    static let standardInput = InputDescriptor(number: 0, isOwned: false)

    private static let chunkSize = 65_536

    // The C functions here use what they are given during the call, buffers within their sizes.
    private let number: Int32
    private let isOwned: Bool

    private init(number: Int32, isOwned: Bool) {
        self.number = number
        self.isOwned = isOwned
    }

    convenience init(opening path: String) throws(SystemError) {
        let number = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard number >= 0 else { throw SystemError(number: errno) }
        self.init(number: number, isOwned: true)
    }

    deinit {
        if isOwned { close(number) }
    }

    func kind() throws(SystemError) -> Kind {
        var status = stat()
        guard unsafe fstat(number, &status) == 0 else { throw SystemError(number: errno) }
        switch status.st_mode & S_IFMT {
        case S_IFDIR: return .directory
        case S_IFREG:
            // Files that the kernel makes up have no size.
            let length = Int(status.st_size) - Int(lseek(number, 0, SEEK_CUR))
            return .regular(length: length > 0 ? length : nil)
        default: return .other
        }
    }

    /// The next bytes, as soon as there are any; empty at the end.
    func read() throws(SystemError) -> [UInt8] {
        while true {
            var count = 0
            let chunk = unsafe [UInt8](unsafeUninitializedCapacity: Self.chunkSize) {
                buffer, filled in
                // The kernel says how many bytes it has filled in.
                count = unsafe systemRead(number, buffer.baseAddress, buffer.count)
                filled = max(0, count)
            }
            switch (count, errno) {
            case (0..., _): return chunk
            case (_, EINTR): continue
            case (_, EAGAIN): waitUntilReadable()
            case (_, let number): throw SystemError(number: number)
            }
        }
    }

    // Whoever shares the file may have made it non-blocking.
    private func waitUntilReadable() {
        var wanted = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
        unsafe poll(&wanted, 1, -1)
    }
}

// Inside a type with a `read` of its own the C function can't be named.
private func systemRead(
    _ descriptor: Int32, _ bytes: UnsafeMutableRawPointer?, _ count: Int
) -> Int {
    unsafe read(descriptor, bytes, count)
}
