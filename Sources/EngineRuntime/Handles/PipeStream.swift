internal import CLibUV

/// A connected Unix domain socket on a loop (`uv_pipe_t`).
///
/// Source: <https://docs.libuv.org/en/v1.x/pipe.html>
@safe package final class PipeStream: LoopHandle {
    /// How far a write got at once.
    package enum WriteProgress: Sendable {
        /// All bytes are in the kernel's hands.
        case complete
        /// The socket is full; the handler hears of the end.
        case pending
    }

    /// Bytes copied to wait for a full socket to drain; the rest goes out from where it lies.
    private static let sliceSize = 4_096

    // `handle` by its own type, and used like it.
    let pipe: UnsafeMutablePointer<uv_pipe_t>
    private(set) var handler: (any PipeStreamHandler)?
    private var outgoing: OutgoingBytes?
    // Freed when no write is pending: libuv calls back each write, and before it calls `didClose`.
    private var slice: UnsafeMutableRawBufferPointer?
    private var sliceCount = 0
    private var bytesTaken = 0
    /// Whether the socket filled up during the last write and was read from since.
    package private(set) var hasDrained = false
    /// Whether the handler reads by itself what is worth a read of its own.
    package var isReadByHandler = false {
        didSet { lastCountByHandler = 0 }
    }
    /// Bytes that wait for the handler to read them, as far as the stream knows.
    var countForHandler = 0
    /// Bytes that the handler read the last time.
    var lastCountByHandler = 0
    /// Whether a write is pending.
    package var isWriting: Bool { outgoing != nil }

    /// Makes a stream without a connection.
    ///
    /// - Throws: ``LibUVError`` when the loop is not running.
    package init(on loop: EngineLoop) throws(LibUVError) {
        let core = try loop.openCore()
        unsafe pipe = .allocate(capacity: 1)
        // Can't fail for a pipe that passes no handles.
        unsafe uv_pipe_init(core.loop, pipe, 0)
        unsafe super.init(core: core, handle: clibuv_handle_of_pipe(pipe))
    }

    /// Whom the stream tells what happens; kept alive until the stream has closed.
    package func setHandler(_ handler: any PipeStreamHandler) {
        self.handler = handler
    }

    // MARK: Connecting

    /// Connects to a socket; the outcome comes on a later turn of the loop, unless the stream is
    /// closed before.
    package func connect(to path: SocketPath) {
        guard !isClosing else { return }
        // libuv copies the path before this returns, and calls back whatever happens.
        let box = unsafe RequestBox<uv_connect_t>(owner: self, data: \.data)
        unsafe uv_pipe_connect(box.request, pipe, path.description) { request, status in
            let stream = unsafe RequestBox.take(request, data: \.data, owner: PipeStream.self)
            guard let stream, !stream.isClosing else { return }
            if status == 0 {
                stream.handler?.streamDidConnect()
            } else {
                stream.handler?.streamDidFailToConnect(LibUVError(code: status))
            }
        }
    }

    /// The socket; nil without one.
    var descriptor: Int32? {
        var descriptor: Int32 = -1
        guard !isClosing,
            unsafe uv_fileno(clibuv_handle_of_pipe(pipe), &descriptor) == 0
        else { return nil }
        return descriptor
    }

    /// Whether the peer has left bytes unread that were written; nil where the kernel can't tell.
    package var hasBytesUnreadByPeer: Bool? {
        guard let descriptor else { return nil }
        let unread = clibuv_unread_by_peer(descriptor)
        return unread < 0 ? nil : unread > 0
    }

    /// Whether bytes have arrived that were not read.
    package var hasBytesToRead: Bool {
        guard let descriptor else { return false }
        return clibuv_readable_bytes(descriptor) > 0
    }

    // MARK: Writing

    /// Bytes that the kernel has taken since the stream was made.
    package var bytesWritten: Int {
        guard sliceCount > 0, !isClosing else { return bytesTaken }
        let queued = unsafe uv_stream_get_write_queue_size(clibuv_stream_of_pipe(pipe))
        return bytesTaken + sliceCount - queued
    }

    /// Writes bytes in one gathered call, and what the socket does not take as it drains.
    ///
    /// - Throws: ``LibUVError`` when nothing more can be written, ``LibUVError/brokenPipe`` when
    ///   the peer has closed, and ``LibUVError/tryAgain`` while an earlier write is pending.
    package func write(_ head: [UInt8], _ body: [UInt8] = []) throws(LibUVError) -> WriteProgress {
        guard !isClosing else { throw .canceled }
        guard outgoing == nil else { throw .tryAgain }
        var bytes = OutgoingBytes(head: head, body: body)
        hasDrained = false
        do {
            defer { bytesTaken += bytes.written }
            unsafe try bytes.writeAvailable(to: unsafe pipe)
        }
        if bytes.isEmpty { return .complete }
        outgoing = bytes
        try writeSlice()
        return .pending
    }

    // libuv tells of a drained socket only through a write of its own, whose bytes must stay in
    // place: one slice is copied, and the rest goes out from where it lies when that has drained.
    private func writeSlice() throws(LibUVError) {
        guard outgoing != nil else { return }
        let slice =
            unsafe self.slice ?? .allocate(byteCount: Self.sliceSize, alignment: 1)
        unsafe self.slice = unsafe slice
        sliceCount = unsafe outgoing?.moveBytes(into: slice) ?? 0
        let box = unsafe RequestBox<uv_write_t>(owner: self, data: \.data)
        // libuv copies this list of one, and calls back unless it refuses the request.
        var buffer = unsafe uv_buf_t(
            base: slice.baseAddress?.assumingMemoryBound(to: CChar.self), len: sliceCount)
        let result = unsafe uv_write(box.request, clibuv_stream_of_pipe(pipe), &buffer, 1) {
            request, status in
            let stream = unsafe RequestBox.take(request, data: \.data, owner: PipeStream.self)
            stream?.didWriteSlice(status)
        }
        if result < 0 {
            _ = unsafe RequestBox.take(box.request, data: \.data, owner: PipeStream.self)
            forgetOutgoing()
            throw LibUVError(code: result)
        }
    }

    private func didWriteSlice(_ status: Int32) {
        guard !isClosing else { return forgetOutgoing() }
        do throws(LibUVError) {
            try LibUVError.check(status)
            hasDrained = true
            bytesTaken += sliceCount
            sliceCount = 0
            try writeRest()
            if outgoing?.isEmpty ?? true {
                forgetOutgoing()
                handler?.streamDidWrite()
            } else {
                try writeSlice()
            }
        } catch {
            forgetOutgoing()
            handler?.streamDidFailToWrite(error)
        }
    }

    private func writeRest() throws(LibUVError) {
        guard var bytes = outgoing.take() else { return }
        let before = bytes.written
        defer {
            bytesTaken += bytes.written - before
            outgoing = bytes
        }
        unsafe try bytes.writeAvailable(to: unsafe pipe)
    }

    private func forgetOutgoing() {
        outgoing = nil
        sliceCount = 0
        unsafe slice?.deallocate()
        unsafe slice = nil
    }

    /// Ends this side of the connection once what is pending is written; reading goes on.
    ///
    /// - Throws: ``LibUVError`` when the stream has no connection.
    package func shutdownWriting() throws(LibUVError) {
        guard !isClosing else { throw .canceled }
        // libuv calls back unless it refuses the request.
        let box = unsafe RequestBox<uv_shutdown_t>(owner: self, data: \.data)
        let result = unsafe uv_shutdown(box.request, clibuv_stream_of_pipe(pipe)) { request, _ in
            // A failure shows as the end of reading.
            _ = unsafe RequestBox.take(request, data: \.data, owner: PipeStream.self)
        }
        if result < 0 {
            _ = unsafe RequestBox.take(box.request, data: \.data, owner: PipeStream.self)
            throw LibUVError(code: result)
        }
    }

    override func didClose() {
        forgetOutgoing()
        let handler = handler
        self.handler = nil
        handler?.streamDidClose()
    }
}
