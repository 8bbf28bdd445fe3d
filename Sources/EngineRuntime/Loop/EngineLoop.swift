internal import CLibUV

/// One thread, one libuv loop, and everything that lives on them.
///
/// Actors that take ``serialExecutor`` as their executor and tasks that prefer ``taskExecutor`` run
/// on the loop's thread, where a request costs no change of thread.
///
/// SIGPIPE is blocked on that thread, and on threads that are started from it; the process's signal
/// handlers are not touched.
///
/// A loop that was started runs until ``shutdown()``: its thread keeps it alive.
public final class EngineLoop: Sendable {
    /// How a loop works.
    public struct Configuration: Sendable {
        /// The thread's name; the kernel keeps 15 bytes of it.
        public var name = "engine-loop"
        /// Jobs run before the loop looks at its sockets again, so that busy tasks can't starve I/O.
        public var jobsPerTick = 256
        /// Bytes of the read buffer that all connections of the loop share; at least 4096.
        public var readBufferSize = 65_536
        /// How long the loop looks for events, with a core of its own busy all the while, before it
        /// sleeps; zero for not at all.
        ///
        /// Waking a sleeping thread takes tens of microseconds. With the engine on another core
        /// and answers that come within this time, a request does not pay for that. It adapts: where
        /// looking finds nothing, as with an engine on the same core, it is given up and tried
        /// again ever more rarely. 50 µs suit an engine that answers in 20.
        public var busyPoll = Duration.zero

        /// The defaults.
        public init() {}

        var busyPollNanoseconds: Int64 {
            let (seconds, attoseconds) = min(max(busyPoll, .zero), .seconds(3_600)).components
            return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
        }
    }

    @safe private enum Lifecycle {
        /// Can become `running` or `stopped`.
        case notStarted
        /// Can become `stopping`.
        case running(LoopThread)
        /// Can become `stopped`.
        case stopping([CheckedContinuation<Void, Never>])
        /// Final.
        case stopped
    }

    private enum ShutdownStep {
        case wait
        case done
        case stop(LoopThread)
    }

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

    private let configuration: Configuration
    private let scheduler: LoopScheduler
    private let lifecycle = Locked(Lifecycle.notStarted)
    // Written under the `lifecycle` lock before the loop's thread exists and by that thread
    // afterwards; read on the loop's thread alone.
    nonisolated(unsafe) private var core: LoopCore?

    /// Makes a loop.
    ///
    /// Its thread starts with ``start()``, with ``run(_:)`` or with the first request of an engine
    /// on it. Jobs that reach its executors before that wait.
    public init(configuration: Configuration = .init()) {
        self.configuration = configuration
        scheduler = LoopScheduler()
        serialExecutor = LoopSerialExecutor(scheduler: scheduler)
        taskExecutor = LoopTaskExecutor(scheduler: scheduler)
    }

    /// Whether the caller is on the loop's thread.
    public var isOnLoopThread: Bool { scheduler.isOnLoopThread }

    /// Nanoseconds of a clock that never goes back (`uv_hrtime`).
    package static var nanoseconds: UInt64 { uv_hrtime() }

    // MARK: Lifecycle

    /// Starts the thread; does nothing when it runs already.
    ///
    /// - Throws: ``LibUVError`` when the system has no descriptor or thread left, and
    ///   ``LibUVError/canceled`` when the loop was shut down.
    public func start() throws(LibUVError) {
        if isOnLoopThread { return }
        let failure = lifecycle.withLock { lifecycle -> LibUVError? in
            switch lifecycle {
            case .running: return nil
            case .stopping, .stopped: return .canceled
            case .notStarted: break
            }
            do throws(LibUVError) {
                lifecycle = .running(try startThread())
                return nil
            } catch {
                return error
            }
        }
        if let failure { throw failure }
    }

    private func startThread() throws(LibUVError) -> LoopThread {
        let core = try LoopCore(scheduler: scheduler, configuration: configuration)
        unsafe self.core = core
        do {
            let thread = try LoopThread(name: configuration.name) { self.runThread() }
            scheduler.start(waking: core.wakeHandle)
            return thread
        } catch {
            core.tearDown()
            unsafe self.core = nil
            throw error
        }
    }

    private func runThread() {
        scheduler.adoptCurrentThread()
        guard let core = unsafe core else { return }
        core.run()
        core.closeHandles()
        // Stragglers count as on the loop, and must not find it.
        unsafe self.core = nil
        scheduler.stop()
        core.tearDown()
    }

    /// Closes every handle of the loop, runs the work that is ready, and ends the thread.
    ///
    /// Requests in flight on the loop end with an error. Returns when the thread has been joined;
    /// may be called more than once, and from the loop's own thread.
    public func shutdown() async {
        await withCheckedContinuation { continuation in
            let step = lifecycle.withLock { lifecycle -> ShutdownStep in
                switch lifecycle {
                case .notStarted:
                    lifecycle = .stopped
                    return .done
                case .running(let thread):
                    lifecycle = .stopping([continuation])
                    return .stop(thread)
                case .stopping(let waiting):
                    lifecycle = .stopping(waiting + [continuation])
                    return .wait
                case .stopped:
                    return .done
                }
            }
            switch step {
            case .wait: break
            case .done:
                scheduler.stopUnstarted()
                continuation.resume()
            case .stop(let thread):
                scheduler.requestStop()
                // Joining blocks, and the caller may be on the loop itself.
                if !startDetachedThread(name: "engine-join", body: { self.join(thread) }) {
                    join(thread)
                }
            }
        }
    }

    private func join(_ thread: LoopThread) {
        thread.join()
        let waiting = lifecycle.withLock { lifecycle in
            guard case .stopping(let waiting) = lifecycle else {
                return [CheckedContinuation<Void, Never>]()
            }
            lifecycle = .stopped
            return waiting
        }
        for continuation in waiting { continuation.resume() }
    }

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

    /// Handles open on the loop, its own not counted.
    ///
    /// - Throws: ``LibUVError`` when the loop can't start.
    public func openHandleCount() async throws -> Int {
        try await run { try self.openCore().handleCount }
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
