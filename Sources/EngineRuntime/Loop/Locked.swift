internal import CLibUV
internal import CProcess

/// A value behind a lock.
///
/// The lock is libuv's, a pthread mutex: ThreadSanitizer follows those, and takes what
/// `Synchronization.Mutex` protects on Linux for races.
@safe package final class Locked<Value>: Sendable {
    // Freed in `deinit`, when nobody is left who could hold it.
    nonisolated(unsafe) private let mutex: UnsafeMutablePointer<uv_mutex_t>
    // Touched by the one thread that holds the mutex.
    nonisolated(unsafe) private var value: Value
    private let process = cprocess_generation()

    package init(_ value: sending Value) {
        unsafe self.value = value
        unsafe mutex = .allocate(capacity: 1)
        // Fails only where the system has no memory left.
        let result = unsafe uv_mutex_init(mutex)
        precondition(result == 0, "no memory for a mutex")
    }

    deinit {
        // In a child of fork() a thread of the parent's may hold it, which libuv aborts on.
        guard process == cprocess_generation() else { return }
        unsafe uv_mutex_destroy(mutex)
        unsafe mutex.deallocate()
    }

    /// Makes the lock anew for a child of `fork()`, where the thread that held it may be missing.
    ///
    /// Nobody else may use the lock meanwhile.
    func renew(_ body: (inout Value) -> Void) {
        let result = unsafe uv_mutex_init(mutex)
        precondition(result == 0, "no memory for a mutex")
        unsafe body(&value)
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
