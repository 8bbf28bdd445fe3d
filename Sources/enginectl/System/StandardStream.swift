internal import EngineCore

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// One of the streams that the process was started with.
struct StandardStream {
    static let output = StandardStream(descriptor: 1)
    static let error = StandardStream(descriptor: 2)

    // The C functions here use what they are given during the call, buffers within their sizes.
    private let descriptor: Int32

    /// Makes a closed stream, or a pipe that nobody reads, a place where bytes vanish.
    ///
    /// Call it before anything else opens a file: its descriptor could be that of a stream.
    static func prepareAll() {
        signal(SIGPIPE, SIG_IGN)
        for descriptor in 0...2 as ClosedRange<Int32> where fcntl(descriptor, F_GETFD) < 0 {
            // The lowest free number is this one, since those below are open by now.
            _ = unsafe open("/dev/null", O_RDWR)
        }
    }

    /// Whether somebody watches it rather than a file or another program.
    var isTerminal: Bool { isatty(descriptor) == 1 }

    /// Writes all bytes. A reader that has left wants no more: that is no failure.
    ///
    /// - Returns: Whether more is wanted.
    @discardableResult
    func write(_ bytes: [UInt8]) throws(EngineError) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { buffer in
                unsafe systemWrite(descriptor, buffer.baseAddress, buffer.count)
            }
            switch (count, errno) {
            case (0..., _): rest = rest.dropFirst(count)
            case (_, EINTR): continue
            case (_, EPIPE): return false
            case (_, EAGAIN): waitUntilWritable()
            case (_, let number): throw Self.failure(number)
            }
        }
        return true
    }

    // Whoever shares the stream may have made it non-blocking.
    private func waitUntilWritable() {
        var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        unsafe poll(&wanted, 1, -1)
    }

    private static func failure(_ number: Int32) -> EngineError {
        let message = "the output can't be written"
        let cause = SystemError(number: number)
        return EngineError(
            .unexpected, message: message, detail: "\(message): \(cause)", underlying: cause,
            delivery: .consumed)
    }
}

// Inside a type with a `write` of its own the C function can't be named.
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    unsafe write(descriptor, bytes, count)
}
