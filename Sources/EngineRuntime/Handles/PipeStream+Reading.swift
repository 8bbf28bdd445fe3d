internal import CLibUV

extension PipeStream {
    // Fewer are cheaper to copy than to ask for.
    private static let leastCountForHandler = 32 * 1024

    /// Starts, or starts again, to read.
    ///
    /// - Throws: ``LibUVError`` when the stream has no connection.
    package func startReading() throws(LibUVError) {
        guard !isClosing else { throw .canceled }
        let result = unsafe uv_read_start(
            clibuv_stream_of_pipe(pipe),
            { handle, _, buffer in
                guard let stream = unsafe HandleBox.object(of: unsafe handle, as: PipeStream.self)
                else {
                    return
                }
                // No buffer has libuv leave the bytes where they are, and tell of that.
                stream.countForHandler = stream.readableCountForHandler
                if stream.countForHandler > 0 {
                    unsafe buffer?.pointee.len = 0
                    return
                }
                // libuv hands on what it reads into it before it asks for a buffer again.
                let shared = unsafe stream.core.readBuffer
                unsafe buffer?.pointee.base = unsafe shared.baseAddress?.assumingMemoryBound(
                    to: CChar.self)
                unsafe buffer?.pointee.len = shared.count
            },
            { handle, count, _ in
                unsafe HandleBox.object(of: unsafe handle, as: PipeStream.self)?.didRead(count)
            })
        try LibUVError.check(result)
    }

    /// Stops reading: the peer blocks once the socket is full.
    package func stopReading() {
        guard !isClosing else { return }
        unsafe uv_read_stop(clibuv_stream_of_pipe(pipe))
    }

    /// Adds what has arrived, up to a limit, to bytes; only from the handler's
    /// ``PipeStreamHandler/streamIsReadable(_:)``.
    ///
    /// - Returns: How many bytes were added.
    /// - Throws: ``LibUVError``: ``LibUVError/endOfFile`` at the end, ``LibUVError/tryAgain`` when
    ///   nothing is there.
    package func read(
        into bytes: inout [UInt8], atMost limit: Int
    ) throws(LibUVError) -> Int {
        guard let descriptor else { throw .canceled }
        var result: Int64 = 0
        bytes.append(addingCapacity: limit) { output in
            unsafe output.withUnsafeMutableBufferPointer { buffer, count in
                result = unsafe clibuv_read_available(
                    descriptor, buffer.baseAddress, buffer.count)
                // The kernel has filled in as many.
                count = max(0, Int(result))
            }
        }
        lastCountByHandler = max(0, Int(result))
        guard result >= 0 else { throw LibUVError(code: Int32(result)) }
        return Int(result)
    }

    /// Bytes to leave to the handler; 0 for none.
    private var readableCountForHandler: Int {
        guard isReadByHandler else { return 0 }
        // Where many came there are likely to be as many again, which saves asking.
        if lastCountByHandler >= Self.leastCountForHandler { return lastCountByHandler }
        guard let descriptor else { return 0 }
        let count = Int(clibuv_readable_bytes(descriptor))
        return count < Self.leastCountForHandler ? 0 : count
    }

    private func didRead(_ count: Int) {
        core.noteEvent()
        guard !isClosing else { return }
        if count > 0 {
            // libuv has filled in as many, and reads again when the handler, which can't keep the
            // span, has returned.
            let bytes = unsafe UnsafeRawBufferPointer(rebasing: core.readBuffer[..<count])
            unsafe handler?.streamDidRead(bytes.bytes)
        } else if count == Int(UV_ENOBUFS.rawValue) {
            letHandlerRead()
        } else if count < 0 {
            ended(LibUVError(code: Int32(count)))
        }
    }

    private func letHandlerRead() {
        do throws(LibUVError) {
            try handler?.streamIsReadable(countForHandler)
        } catch {
            guard error != .tryAgain, !isClosing else { return }
            ended(error)
        }
    }

    private func ended(_ error: LibUVError) {
        unsafe uv_read_stop(clibuv_stream_of_pipe(pipe))
        if error == .endOfFile {
            handler?.streamDidReachEnd()
        } else {
            handler?.streamDidFailToRead(error)
        }
    }
}
