internal import CLibUV

/// Head and body of a message on their way into a socket, and how much of them has gone.
struct OutgoingBytes {
    private let head: [UInt8]
    private let body: [UInt8]
    private(set) var written = 0

    init(head: [UInt8], body: [UInt8]) {
        self.head = head
        self.body = body
    }

    var isEmpty: Bool { written == head.count + body.count }

    // A reader that keeps up must not keep the loop from its other sockets.
    private static let bytesPerTurn = 1 << 20

    /// Hands the socket what it takes without waiting (`uv_try_write`), up to a limit.
    ///
    /// - Throws: ``LibUVError`` for anything but a full socket.
    mutating func writeAvailable(to pipe: UnsafeMutablePointer<uv_pipe_t>) throws(LibUVError) {
        let end = written + Self.bytesPerTurn
        while !isEmpty, written < end {
            let result = unsafe tryWrite(to: pipe, end - written)
            if LibUVError(code: result) == .tryAgain { return }
            written += Int(try LibUVError.check(result))
        }
    }

    private func tryWrite(to pipe: UnsafeMutablePointer<uv_pipe_t>, _ limit: Int) -> Int32 {
        let headRest = min(written, head.count)..<head.count
        let bodyStart = max(0, written - head.count)
        let bodyRest = bodyStart..<min(body.count, bodyStart + limit)
        // `uv_try_write` keeps nothing; a tuple of equal types is laid out like an array of two.
        return unsafe head.withUnsafeBytes { head in
            unsafe body.withUnsafeBytes { body in
                var buffers = unsafe (
                    Self.buffer(UnsafeRawBufferPointer(rebasing: head[headRest])),
                    Self.buffer(UnsafeRawBufferPointer(rebasing: body[bodyRest]))
                )
                return unsafe withUnsafeMutablePointer(to: &buffers) { pointer in
                    let first = unsafe UnsafeMutableRawPointer(pointer).assumingMemoryBound(
                        to: uv_buf_t.self)
                    let stream = unsafe clibuv_stream_of_pipe(pipe)
                    if headRest.isEmpty { return unsafe uv_try_write(stream, first + 1, 1) }
                    return unsafe uv_try_write(stream, first, bodyRest.isEmpty ? 1 : 2)
                }
            }
        }
    }

    /// Copies the next bytes to memory that stays in place, and counts them as written.
    mutating func moveBytes(into target: UnsafeMutableRawBufferPointer) -> Int {
        var copied = 0
        for part in [head[min(written, head.count)...], body[max(0, written - head.count)...]] {
            // No more than either side has room for.
            let count = min(part.count, target.count - copied)
            unsafe part.withUnsafeBytes { part in
                unsafe UnsafeMutableRawBufferPointer(rebasing: target[copied...])
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: part[..<count]))
            }
            copied += count
        }
        written += copied
        return copied
    }

    // libuv's buffers are mutable for reading's sake; writing only reads them.
    private static func buffer(_ bytes: UnsafeRawBufferPointer) -> uv_buf_t {
        let base = unsafe UnsafeMutableRawPointer(mutating: bytes.baseAddress)
        return unsafe uv_buf_t(base: base?.assumingMemoryBound(to: CChar.self), len: bytes.count)
    }
}
