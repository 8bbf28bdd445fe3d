internal import CLibUV

/// A listening Unix domain socket on a loop.
///
/// Source: <https://docs.libuv.org/en/v1.x/stream.html#c.uv_listen>
@safe package final class PipeListener: LoopHandle {
    // `handle` by its own type, and used like it.
    private let pipe: UnsafeMutablePointer<uv_pipe_t>
    private var onConnection: (() -> Void)?
    private var onFailure: ((LibUVError) -> Void)?
    private var onClose: (() -> Void)?
    private var hasClosed = false

    /// Makes a listener without an address.
    ///
    /// - Throws: ``LibUVError`` when the loop is not running.
    package init(on loop: EngineLoop) throws(LibUVError) {
        let core = try loop.openCore()
        unsafe pipe = .allocate(capacity: 1)
        // Can't fail for a pipe that passes no handles.
        unsafe uv_pipe_init(core.loop, pipe, 0)
        unsafe super.init(core: core, handle: clibuv_handle_of_pipe(pipe))
    }

    /// Binds the path, which libuv unlinks again on close, and listens.
    ///
    /// - Parameters:
    ///   - backlog: Connections that may wait to be accepted. libuv itself takes one more off the
    ///     kernel's queue and holds it until ``accept()``.
    ///   - onFailure: Called when a connection could not be accepted, for want of descriptors for
    ///     instance. libuv tries again without end and without a pause, which starves the loop:
    ///     close the listener.
    ///   - onConnection: Called when a connection waits. Not called again before ``accept()``.
    /// - Throws: ``LibUVError``, for example ``LibUVError/addressInUse``.
    package func listen(
        on path: SocketPath, backlog: Int32, onFailure: @escaping (LibUVError) -> Void,
        onConnection: @escaping () -> Void
    ) throws(LibUVError) {
        guard !isClosing else { throw .canceled }
        // libuv copies the path.
        try LibUVError.check(unsafe uv_pipe_bind(pipe, path.description))
        self.onConnection = onConnection
        self.onFailure = onFailure
        let result = unsafe uv_listen(clibuv_stream_of_pipe(pipe), backlog) { handle, status in
            guard let listener = unsafe HandleBox.object(of: unsafe handle, as: PipeListener.self)
            else {
                return
            }
            if status == 0 {
                listener.onConnection?()
            } else if !listener.isClosing {
                listener.onFailure?(LibUVError(code: status))
            }
        }
        try LibUVError.check(result)
    }

    /// Takes the connection that waits.
    ///
    /// - Throws: ``LibUVError/tryAgain`` when none does.
    package func accept(on loop: EngineLoop) throws(LibUVError) -> PipeStream {
        guard !isClosing else { throw .canceled }
        let stream = try PipeStream(on: loop)
        // Neither handle is closing; libuv asserts that they are of one loop.
        let result = unsafe uv_accept(
            clibuv_stream_of_pipe(pipe), clibuv_stream_of_pipe(stream.pipe))
        if result < 0 {
            stream.close()
            throw LibUVError(code: result)
        }
        return stream
    }

    /// Closes the listener and tells when its socket file is gone; at once when it is already.
    package func close(onClose: @escaping () -> Void) {
        if hasClosed { return onClose() }
        self.onClose = onClose
        close()
    }

    override func didClose() {
        hasClosed = true
        onConnection = nil
        onFailure = nil
        let onClose = onClose
        self.onClose = nil
        onClose?()
    }
}
