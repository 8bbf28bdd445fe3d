internal import Foundation

/// The lines of a pipe, read on a thread of its own until its end.
struct LineReader: Sendable {
    let lines: AsyncStream<String>

    /// - Parameters:
    ///   - handle: The pipe.
    ///   - endsProcess: Whether the process ends with the pipe, whatever it is doing then.
    init(_ handle: FileHandle, endsProcess: Bool = false) {
        let (lines, continuation) = AsyncStream.makeStream(of: String.self)
        self.lines = lines
        let descriptor = handle.fileDescriptor
        Thread.detachNewThread {
            // The handle stays open as long as it is read from.
            withExtendedLifetime(handle) { Self.read(descriptor, continuation) }
            if endsProcess { _exit(1) }
        }
    }

    private static func read(_ descriptor: Int32, _ continuation: AsyncStream<String>.Continuation)
    {
        var pending: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = unsafe chunk.withUnsafeMutableBytes {
                unsafe Glibc.read(descriptor, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            pending += chunk[..<count]
            while let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
                continuation.yield(String(decoding: pending[..<end], as: UTF8.self))
                pending.removeSubrange(...end)
            }
        }
        continuation.finish()
    }
}
