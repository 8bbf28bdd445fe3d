internal import CLibUV

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

// The C functions here use the attributes and sets that they are given during the call alone.

/// A joinable thread.
struct LoopThread: Sendable {
    private let thread: pthread_t

    /// Starts a thread; `body` is its whole life.
    ///
    /// - Throws: The number that `pthread_create` answers, as a libuv error.
    init(
        name: String, stackSize: Int, body: @escaping @Sendable () -> Void
    ) throws(LibUVError) {
        thread = try createThread(name: name, stackSize: stackSize, body: body)
    }

    func join() {
        pthread_join(thread, nil)
    }
}

/// Starts a thread that nobody joins.
///
/// - Returns: Whether the system gave one.
func startDetachedThread(
    name: String, stackSize: Int, body: @escaping @Sendable () -> Void
) -> Bool {
    guard let thread = try? createThread(name: name, stackSize: stackSize, body: body) else {
        return false
    }
    pthread_detach(thread)
    return true
}

private func createThread(
    name: String, stackSize: Int, body: @escaping @Sendable () -> Void
) throws(LibUVError) -> pthread_t {
    var attributes = pthread_attr_t()
    try check(unsafe pthread_attr_init(&attributes))
    defer { unsafe pthread_attr_destroy(&attributes) }
    try check(unsafe pthread_attr_setstacksize(&attributes, wholePages(stackSize)))
    // The new thread inherits the mask: set later, a signal could come first.
    var mask = sigset_t()
    var blocked = asynchronousSignals()
    unsafe pthread_sigmask(SIG_SETMASK, &blocked, &mask)
    defer { unsafe pthread_sigmask(SIG_SETMASK, &mask, nil) }
    // The new thread takes what it is given; without a thread it is given back.
    let start = unsafe ThreadStart(name: name, body: body).retainedOpaque()
    #if canImport(Darwin)
        var thread: pthread_t?
    #else
        var thread = pthread_t()
    #endif
    let result = unsafe pthread_create(&thread, &attributes, threadMain, start)
    guard result == 0 else {
        unsafe ThreadStart.discard(start)
        throw LibUVError(code: -result)
    }
    #if canImport(Darwin)
        guard let thread else { throw .invalidArgument }
    #endif
    return thread
}

private func check(_ result: Int32) throws(LibUVError) {
    if result != 0 { throw LibUVError(code: -result) }
}

private func wholePages(_ size: Int) -> Int {
    // Neither C library accepts less on any system.
    let least = 65_536
    let page = max(1, Int(sysconf(Int32(_SC_PAGESIZE))))
    let (sum, isTooLarge) = max(size, least).addingReportingOverflow(page - 1)
    return isTooLarge ? size : sum / page * page
}

/// All signals but those that a fault of the thread itself raises, which end the process if blocked.
private func asynchronousSignals() -> sigset_t {
    var signals = sigset_t()
    unsafe sigfillset(&signals)
    for fault in [SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS] {
        unsafe sigdelset(&signals, fault)
    }
    return signals
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
    setThreadName(start.name)
    start.body()
}

private func setThreadName(_ name: String) {
    // The kernel copies the name, keeps 15 bytes and refuses more.
    _ = unsafe clibuv_set_current_thread_name(String(name.prefix(15)))
}
