internal import Foundation

/// A value behind a lock that ThreadSanitizer follows, other than `Synchronization.Mutex` on Linux.
@safe final class Locked<Value>: Sendable {
    private let lock = NSLock()
    // Touched by the one thread that holds the lock.
    nonisolated(unsafe) private var value: Value

    init(_ value: sending Value) {
        unsafe self.value = value
    }

    /// Runs a closure that alone sees the value.
    func withLock<Success, Failure: Error>(
        _ body: (inout Value) throws(Failure) -> Success
    ) throws(Failure) -> Success {
        lock.lock()
        defer { lock.unlock() }
        return try unsafe body(&value)
    }
}
