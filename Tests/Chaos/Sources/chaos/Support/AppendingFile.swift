internal import Foundation
internal import Synchronization

/// A file that several processes add lines to: each line is written at once, and stays however the
/// process ends.
final class AppendingFile: Sendable {
    private let handle: FileHandle
    private let turn = Mutex(())

    init(_ path: String) throws {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw SystemError("open \(path)") }
        handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    /// Adds a line; a disk that is full ends the process, whose figures would be worth nothing.
    func append(_ line: String) {
        let data = Data("\(line)\n".utf8)
        turn.withLock { _ in
            do {
                try handle.write(contentsOf: data)
            } catch {
                fatalError("a log can't be written: \(error)")
            }
        }
    }
}

/// An `errno`, and what met it.
struct SystemError: Error, CustomStringConvertible {
    let number: Int32
    let description: String

    init(_ action: String) {
        number = errno
        description = "\(action): \(unsafe String(cString: strerror(number)))"
    }
}
