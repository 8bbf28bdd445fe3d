internal import CLibUV

/// One thread, one libuv loop, and everything that lives on them.
///
/// Actors that take ``serialExecutor`` as their executor and tasks that prefer ``taskExecutor`` run
/// on the loop's thread, where a request costs no change of thread.
///
/// The thread is one that the loop starts (``start()``), one of yours (``run()``), or that of a host
/// who turns a loop of its own (``init(attachedTo:configuration:)``).
///
/// SIGPIPE is blocked on that thread while it is the loop's, and on threads that are started from it;
/// the process's signal handlers are not touched.
///
/// A loop that was started or attached lives until ``shutdown()``.
public final class EngineLoop: Sendable {
    /// The loop that engines share unless they are given one; never shut down by the library.
    public static let shared: EngineLoop = {
        var configuration = Configuration()
        configuration.name = "engine-shared"
        return EngineLoop(configuration: configuration)
    }()

    /// For actors: return its unowned form from `unownedExecutor`.
    public let serialExecutor: LoopSerialExecutor
    /// For `withTaskExecutorPreference` and `Task(executorPreference:)`.
    public let taskExecutor: LoopTaskExecutor

    package let configuration: Configuration
    let scheduler: LoopScheduler
    let lifecycle = Locked(Lifecycle.notStarted)
    private let meter: LagMeter
    // Written under the `lifecycle` lock before the loop has a thread, or before anybody else has the
    // loop, and by the loop's thread afterwards; read on that thread alone.
    nonisolated(unsafe) private var core: LoopCore?

    /// Makes a loop.
    ///
    /// Its thread starts with ``start()``, with ``run(_:)`` or with the first request of an engine
    /// on it, unless it is told to wait for ``run()``. Jobs that reach its executors before that wait.
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
        let host = unsafe hostLoop.assumingMemoryBound(to: uv_loop_t.self)
        let core = unsafe try makeCore(host: host)
        scheduler.start(waking: core.wakeHandle, hostedCore: core)
        lifecycle.withLock { $0 = .running(nil) }
    }

    private init(_ configuration: Configuration, isHosted: Bool) {
        self.configuration = configuration
        scheduler = LoopScheduler()
        serialExecutor = LoopSerialExecutor(scheduler: scheduler)
        taskExecutor = LoopTaskExecutor(scheduler: scheduler)
        // A host's callbacks may hold the thread up before one of ours is called.
        meter = LagMeter(threshold: configuration.lagThreshold, sendsProbes: isHosted)
    }

    func makeCore(host: UnsafeMutablePointer<uv_loop_t>?) throws(LibUVError) -> LoopCore {
        let core = unsafe try LoopCore(
            scheduler: scheduler, meter: meter, configuration: configuration, host: host,
            closing: LoopClosing(
                // Stragglers count as on the loop, and must not find it.
                willStop: { unsafe self.core = nil },
                didClose: { if unsafe host != nil { self.finishShutdown() } }))
        unsafe self.core = core
        return core
    }

    /// The whole life of a loop that no host turns.
    func turnOnCallingThread() {
        scheduler.adoptCurrentThread()
        unsafe core?.run()
    }

    /// Whether the caller is on the loop's thread; on a host's, from the first turn on.
    public var isOnLoopThread: Bool { scheduler.isOnLoopThread }

    /// How late the loop is and how busy, read from any thread, also while the loop is held up.
    ///
    /// On a host's loop, reading sends the loop a wake-up, whose delay the next reading tells: the
    /// host's own callbacks may hold the thread up.
    public var statistics: LoopStatistics {
        meter.statistics { scheduler.wake() }
    }

    /// Nanoseconds of a clock that never goes back (`uv_hrtime`).
    package static var nanoseconds: UInt64 { uv_hrtime() }

    // MARK: Work

    /// Runs code on the loop's thread, at once when the caller is there.
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
        guard !scheduler.isStopRequested, let core = unsafe core else { throw .canceled }
        return core
    }
}
