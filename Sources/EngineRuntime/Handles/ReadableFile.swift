internal import CLibUV

/// A file open for reading; reads happen on libuv's thread pool, so that a slow disk holds up
/// neither a loop nor a task's thread.
package final class ReadableFile: Sendable {
    private let descriptor: Int32
    private let loop: EngineLoop
    /// The size when it was opened; nil for what is no regular file.
    package let size: Int?

    private init(descriptor: Int32, loop: EngineLoop) {
        self.descriptor = descriptor
        self.loop = loop
        let size = clibuv_size_of_regular_file(descriptor)
        self.size = size < 0 ? nil : Int(size)
    }

    deinit {
        clibuv_close(descriptor)
    }

    /// Opens a file.
    ///
    /// - Throws: ``LibUVError``, for example ``LibUVError/noSuchFile``.
    package static func open(
        _ path: String, on loop: EngineLoop
    ) async throws(LibUVError) -> ReadableFile {
        let result = try await loop.offload { () -> Result<ReadableFile, LibUVError> in
            let descriptor = unsafe clibuv_open_for_reading(path)
            guard descriptor >= 0 else { return .failure(LibUVError(code: descriptor)) }
            return .success(ReadableFile(descriptor: descriptor, loop: loop))
        }
        return try result.get()
    }

    /// The next bytes, at most `count`; empty at the end.
    ///
    /// - Parameter offset: Where to read in a regular file; elsewhere reading goes on where it was.
    /// - Throws: ``LibUVError``.
    package func read(_ count: Int, at offset: Int) async throws(LibUVError) -> [UInt8] {
        let position = size == nil ? -1 : Int64(offset)
        let result = try await loop.offload { [self] () -> Result<[UInt8], LibUVError> in
            var outcome: Int64 = 0
            let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
                outcome = unsafe clibuv_read(descriptor, buffer.baseAddress, count, position)
                filled = max(0, Int(outcome))
            }
            return outcome < 0 ? .failure(LibUVError(code: Int32(outcome))) : .success(bytes)
        }
        return try result.get()
    }
}
