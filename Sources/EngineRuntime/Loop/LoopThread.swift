internal import CLibUV

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A joinable thread.
struct LoopThread: Sendable {
    private let thread: pthread_t

    /// Starts a thread; `body` is its whole life.
    ///
    /// - Throws: The number that `pthread_create` answers, as a libuv error.
    init(name: String, body: @escaping @Sendable () -> Void) throws(LibUVError) {
        thread = try createThread(name: name, body: body)
    }

    func join() {
        pthread_join(thread, nil)
    }
}

/// Starts a thread that nobody joins.
///
/// - Returns: Whether the system gave one.
func startDetachedThread(name: String, body: @escaping @Sendable () -> Void) -> Bool {
    guard let thread = try? createThread(name: name, body: body) else { return false }
    pthread_detach(thread)
    return true
}

private func createThread(
    name: String, body: @escaping @Sendable () -> Void
) throws(LibUVError) -> pthread_t {
    // The new thread takes what it is given; without a thread it is given back.
    let start = unsafe ThreadStart(name: name, body: body).retainedOpaque()
    #if canImport(Darwin)
        var thread: pthread_t?
    #else
        var thread = pthread_t()
    #endif
    let result = unsafe pthread_create(&thread, nil, threadMain, start)
    guard result == 0 else {
        unsafe ThreadStart.discard(start)
        throw LibUVError(code: -result)
    }
    #if canImport(Darwin)
        guard let thread else { throw .invalidArgument }
    #endif
    return thread
}

#if canImport(Darwin)
    private func threadMain(_ start: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
        unsafe runThread(start)
        return nil
    }
#else
    private func threadMain(_ start: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        if let start = unsafe start { unsafe runThread(start) }
        return nil
    }
#endif

private func runThread(_ start: UnsafeMutableRawPointer) {
    let start = unsafe ThreadStart.take(start)
    _ = BrokenPipeBlock()
    setThreadName(start.name)
    start.body()
}

private func setThreadName(_ name: String) {
    // The kernel copies the name, keeps 15 bytes and refuses more.
    _ = unsafe clibuv_set_current_thread_name(String(name.prefix(15)))
}
