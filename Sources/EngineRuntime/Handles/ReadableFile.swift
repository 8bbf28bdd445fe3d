internal import CLibUV

/// A regular file open for reading; reads happen on libuv's thread pool, so that a slow disk holds up
/// neither a loop nor a task's thread.
package final class ReadableFile: Sendable {
    private let descriptor: Int32
    private let loop: EngineLoop
    /// The size when it was opened; nil for what the kernel makes up while it is read.
    package let size: Int?

    /// Opens a file, which may block for as long as its file system takes.
    ///
    /// - Throws: ``LibUVError``, for example ``LibUVError/noSuchFile``, and
    ///   ``LibUVError/notSupported`` for a pipe or a device, which could keep a thread waiting.
    package init(opening path: String, readBy loop: EngineLoop) throws(LibUVError) {
        // C looks at the path, and writes to the size, during the call alone.
        var size: Int64 = 0
        let descriptor = unsafe clibuv_open_regular_file(path, &size)
        guard descriptor >= 0 else { throw LibUVError(code: descriptor) }
        self.descriptor = descriptor
        self.loop = loop
        self.size = size < 0 ? nil : Int(size)
    }

    deinit {
        clibuv_close(descriptor)
    }

    /// The bytes from an offset on, at most `count`; empty at the end.
    ///
    /// - Throws: ``LibUVError``; ``LibUVError/canceled`` as soon as the task is cancelled, though the
    ///   read may go on.
    package func read(_ count: Int, at offset: Int) async throws(LibUVError) -> [UInt8] {
        let handoff = Handoff<Result<[UInt8], LibUVError>>()
        Task(executorPreference: loop.taskExecutor) { [self] in
            do throws(LibUVError) {
                handoff.fulfil(try await loop.offload { [self] in readNow(count, at: offset) })
            } catch {
                handoff.fulfil(.failure(error))
            }
        }
        guard let result = await handoff.value() else { throw .canceled }
        return try result.get()
    }

    private func readNow(_ count: Int, at offset: Int) -> Result<[UInt8], LibUVError> {
        var outcome: Int64 = 0
        // The kernel fills in `count` bytes at most, and says how many.
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            outcome = unsafe clibuv_read(descriptor, buffer.baseAddress, count, Int64(offset))
            filled = max(0, Int(outcome))
        }
        return outcome < 0 ? .failure(LibUVError(code: Int32(outcome))) : .success(bytes)
    }
}
