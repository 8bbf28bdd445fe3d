internal import CLibUV

/// One thread, one libuv loop, and everything that lives on them.
///
/// Actors that take ``serialExecutor`` as their executor and tasks that prefer ``taskExecutor`` run
/// on the loop's thread, where a request costs no change of thread.
///
/// The thread is one that the loop starts (``start()``), one of yours (``run()``), or that of a host
/// who turns a loop of its own (``init(attachedTo:configuration:)``).
///
/// A thread that the loop starts blocks every signal except those that a fault of its own raises
/// (SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS): the process's other threads receive them. On
/// a thread of yours SIGPIPE is blocked while it is the loop's. Threads and processes that your code
/// starts from there inherit the mask. The process's signal handlers are not touched.
///
/// A loop ends with ``shutdown()``, or as with ``beginShutdown()`` when its last reference goes.
/// Engines hold their loop; actors on ``serialExecutor`` must hold the loop or that executor.
///
/// A loop belongs to the process that started it. In a child of `fork()` its calls throw
/// ``LibUVError/otherProcess``: make a new one there.
public final class EngineLoop: Sendable {
    /// The loop that engines share unless they are given one; never shut down by the library.
    ///
    /// A child of `fork()` has one of its own where the parent had started its.
    public static var shared: EngineLoop { SharedLoop.current }

    /// For actors: return its unowned form from `unownedExecutor`.
    public let serialExecutor: LoopSerialExecutor
    /// For `withTaskExecutorPreference` and `Task(executorPreference:)`.
    public let taskExecutor: LoopTaskExecutor

    /// For look-ups of users, which may ask the network. More than one: a name that the network is
    /// asked for must not hold up one that this machine knows.
    package let userThreads = BlockingThreads(name: "engine-user", limit: 4)
    /// For opening files.
    package let fileThreads = BlockingThreads(name: "engine-open", limit: 16)
    let scheduler: LoopScheduler
    let runner: LoopRunner

    /// Makes a loop.
    ///
    /// Its thread starts with ``start()`` or with the first work: a job of an actor or a task on its
    /// executors, ``run(_:)``, a request of an engine. Where ``Configuration/startsThread`` is off, all
    /// of that waits for ``run()``.
    ///
    /// Where the system has no descriptor or thread left for it, ``start()``, ``run(_:)`` and requests
    /// throw, and jobs wait: the loop tries to start again every 50 ms and with each job.
    public convenience init(configuration: Configuration = .init()) {
        self.init(configuration, isHosted: false)
    }

    /// Makes a loop of the one that a host turns itself, with `uv_run` on a thread of its own.
    ///
    /// Call this on the thread that turns the host's loop, or before any does: the thread of the first
    /// turn becomes this loop's, for good. The host's `data`, handles and `uv_stop` are never touched.
    ///
    /// `uv_run` goes on while connections are open or work is on its way, as with any handle that is
    /// active; when it has returned, nothing happens until the host calls it again. See
    /// ``Configuration/keepsHostLoopAlive`` for a host that has nothing else to turn for.
    ///
    /// Shut down, and let `uv_run` return, before `uv_loop_close`, which answers `UV_EBUSY` until then,
    /// and before closing whatever `uv_walk` finds. The library does not survive a host that frees the
    /// loop without, or that closes the library's handles itself.
    ///
    /// - Parameters:
    ///   - hostLoop: A pointer to an initialized `uv_loop_t` of the libuv that this process is linked
    ///     with; a typed pointer from a binding of your own converts.
    ///   - configuration: How the loop works; `name` and `startsThread` have no meaning here.
    /// - Throws: ``LibUVError`` when the system has no descriptor left.
    public convenience init(
        attachedTo hostLoop: UnsafeMutableRawPointer, configuration: Configuration = .init()
    ) throws(LibUVError) {
        self.init(configuration, isHosted: true)
        // The caller's promise: what it points to, and that it stays until the loop was shut down.
        unsafe try runner.attach(to: hostLoop.assumingMemoryBound(to: uv_loop_t.self))
    }

    private init(_ configuration: Configuration, isHosted: Bool) {
        runner = LoopRunner(configuration, isHosted: isHosted)
        scheduler = runner.scheduler
        serialExecutor = LoopSerialExecutor(scheduler: scheduler)
        taskExecutor = LoopTaskExecutor(scheduler: scheduler)
    }

    deinit {
        runner.beginShutdown(resuming: nil)
    }

    package var configuration: Configuration { runner.configuration }

    /// Whether the caller is on the loop's thread; on a host's, from the first turn on.
    public var isOnLoopThread: Bool { scheduler.isOnLoopThread }

    /// Whether another process has started the loop: this one is its child by `fork()`.
    package var isInherited: Bool { scheduler.isInherited }

    /// How late the loop is and how busy, read from any thread, also while the loop is held up.
    ///
    /// On a host's loop, reading sends the loop a wake-up, whose delay the next reading tells: the
    /// host's own callbacks may hold the thread up. Zeros in a child of `fork()`.
    public var statistics: LoopStatistics {
        guard !isInherited else { return LoopStatistics() }
        return runner.meter.statistics { scheduler.wake() }
    }

    /// Nanoseconds of a clock that never goes back (`uv_hrtime`).
    package static var nanoseconds: UInt64 { uv_hrtime() }

    // MARK: Work

    /// Runs code on the loop's thread, at once when the caller is there; never in a child of `fork()`
    /// on a loop of the parent's.
    package func submit(_ body: @escaping @Sendable () -> Void) {
        if isOnLoopThread {
            body()
        } else {
            scheduler.schedule(.call(body))
        }
    }

    /// Runs code on the loop's thread, after what other threads have submitted before.
    package func submitLast(_ body: @escaping @Sendable () -> Void) {
        scheduler.scheduleFromOutside(.call(body))
    }

    /// Runs an operation as part of the calling task, on the loop's thread.
    ///
    /// What the operation calls stays on that thread as long as it has no executor of its own.
    ///
    /// Where ``Configuration/startsThread`` is off, it waits for ``run()``.
    ///
    /// - Throws: What the operation throws, and ``LibUVError`` when the loop can't start.
    public func run<Success: Sendable>(
        _ operation: @Sendable @concurrent () async throws -> Success
    ) async throws -> Success {
        try start()
        return try await withTaskExecutorPreference(taskExecutor, operation: operation)
    }

    /// Handles open on the loop, its own and a host's not counted.
    ///
    /// - Throws: ``LibUVError`` when the loop can't start.
    public func openHandleCount() async throws -> Int {
        try await run { try self.openCore().handles.count }
    }

    /// The loop's C side, for those who make handles.
    ///
    /// - Throws: ``LibUVError/canceled`` when the loop is not running.
    func openCore() throws(LibUVError) -> LoopCore {
        precondition(isOnLoopThread, "handles are made on the thread of their loop")
        guard !scheduler.isStopRequested, let core = unsafe runner.core else { throw .canceled }
        return core
    }
}
