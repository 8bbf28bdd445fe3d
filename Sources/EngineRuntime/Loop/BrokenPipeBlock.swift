#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// SIGPIPE kept from a thread, because libuv writes without MSG_NOSIGNAL.
///
/// The mask is this thread's own, and that of threads which it starts; the host's handlers stay.
struct BrokenPipeBlock {
    // The C functions here use the sets that they are given during the call alone.

    private let wasBlocked: Bool

    /// Blocks the signal on the calling thread.
    init() {
        var before = sigset_t()
        var signals = Self.signals
        unsafe pthread_sigmask(SIG_BLOCK, &signals, &before)
        wasBlocked = unsafe sigismember(&before, SIGPIPE) == 1
    }

    /// Gives the thread its mask back; on the thread that made this.
    func end() {
        guard !wasBlocked else { return }
        var signals = Self.signals
        // One that came meanwhile must not be delivered now.
        var pending = sigset_t()
        unsafe sigemptyset(&pending)
        unsafe sigpending(&pending)
        if unsafe sigismember(&pending, SIGPIPE) == 1 {
            #if canImport(Darwin)
                var number: Int32 = 0
                unsafe sigwait(&signals, &number)
            #else
                var atOnce = timespec(tv_sec: 0, tv_nsec: 0)
                unsafe sigtimedwait(&signals, nil, &atOnce)
            #endif
        }
        unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    }

    private static var signals: sigset_t {
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe sigaddset(&signals, SIGPIPE)
        return signals
    }
}
