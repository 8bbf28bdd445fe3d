internal import EngineCore

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A file that grows line by line.
final class LogFile: Sendable {
    // The C functions here use what they are given during the call, buffers within their sizes.
    private let descriptor: Int32
    private let firstFailure = Locked<SystemError?>(nil)

    /// What kept a line, and all after it, from being written.
    var failure: SystemError? { firstFailure.withLock { $0 } }

    /// Opens a file to be added to; makes it when there is none.
    init(_ path: String) throws(SystemError) {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw SystemError(number: errno) }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Adds a line; what was added stays, however the process ends.
    func append(_ line: String) {
        firstFailure.withLock { failure in
            guard failure == nil else { return }
            do throws(SystemError) {
                try appendAll(Array("\(line)\n".utf8))
            } catch {
                failure = error
            }
        }
    }

    // One call for the whole line, unless the kernel takes less.
    private func appendAll(_ bytes: [UInt8]) throws(SystemError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { buffer in
                unsafe write(descriptor, buffer.baseAddress, buffer.count)
            }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                throw SystemError(number: errno)
            }
        }
    }
}
