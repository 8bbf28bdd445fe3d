internal import CLibUV

/// A value behind a lock.
///
/// The lock is libuv's, a pthread mutex: ThreadSanitizer follows those, and takes what
/// `Synchronization.Mutex` protects on Linux for races.
@safe package final class Locked<Value>: Sendable {
    // Freed in `deinit`, when nobody is left who could hold it.
    nonisolated(unsafe) private let mutex: UnsafeMutablePointer<uv_mutex_t>
    // Touched by the one thread that holds the mutex.
    nonisolated(unsafe) private var value: Value

    package init(_ value: sending Value) {
        unsafe self.value = value
        unsafe mutex = .allocate(capacity: 1)
        // Fails only where the system has no memory left.
        let result = unsafe uv_mutex_init(mutex)
        precondition(result == 0, "no memory for a mutex")
    }

    deinit {
        unsafe uv_mutex_destroy(mutex)
        unsafe mutex.deallocate()
    }

    /// Runs a closure that alone sees the value.
    package func withLock<Success, Failure: Error>(
        _ body: (inout Value) throws(Failure) -> Success
    ) throws(Failure) -> Success {
        unsafe uv_mutex_lock(mutex)
        defer { unsafe uv_mutex_unlock(mutex) }
        return try unsafe body(&value)
    }
}
