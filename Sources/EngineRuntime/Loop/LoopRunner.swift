internal import CLibUV
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Where a loop is in its life.
///
/// A thread, on Darwin a pointer, is joined once: by whoever takes it out.
@safe private enum Lifecycle {
    /// Can become `running` or `stopped`.
    case notStarted
    /// On a thread that the loop has started, or on one of somebody else's. Can become `stopping`.
    case running(LoopThread?)
    /// Can become `stopped`.
    case stopping([CheckedContinuation<Void, Never>])
    /// Final.
    case stopped
}

/// Starts, turns and ends a loop.
///
/// The loop's thread keeps it alive, and not the ``EngineLoop``: so a loop that nobody has any more
/// can end itself.
final class LoopRunner: Sendable {
    // A loop needs a few descriptors: others may close some at any moment.
    private static let retryMicroseconds: UInt32 = 50_000

    let configuration: EngineLoop.Configuration
    let scheduler: LoopScheduler
    let meter: LagMeter
    private let lifecycle = Locked(Lifecycle.notStarted)
    private let isRetrying = Atomic<Bool>(false)
    // Written under the `lifecycle` lock before the loop has a thread, or before anybody else has the
    // loop, and by the loop's thread afterwards; read on that thread alone.
    nonisolated(unsafe) private(set) var core: LoopCore?

    init(_ configuration: EngineLoop.Configuration, isHosted: Bool) {
        self.configuration = configuration
        scheduler = LoopScheduler(stackSize: configuration.stackSize)
        // A host's callbacks may hold the thread up before one of ours is called.
        meter = LagMeter(threshold: configuration.lagThreshold, sendsProbes: isHosted)
        // A cycle until the loop has started, or was stopped: by `EngineLoop.deinit` at the latest.
        if !isHosted, configuration.startsThread {
            scheduler.startOnWork { self.startForWork() }
        }
    }

    private func makeCore(host: UnsafeMutablePointer<uv_loop_t>?) throws(LibUVError) -> LoopCore {
        let core = unsafe try LoopCore(
            scheduler: scheduler, meter: meter, configuration: configuration, host: host,
            closing: LoopClosing(
                // Stragglers count as on the loop, and must not find it.
                willStop: { unsafe self.core = nil },
                didClose: { if unsafe host != nil { self.finishShutdown() } }))
        unsafe self.core = core
        return core
    }

    // MARK: Start

    func start() throws(LibUVError) {
        guard !scheduler.isInherited else { throw .otherProcess }
        try lifecycle.withLock { lifecycle throws(LibUVError) in
            switch lifecycle {
            case .running: return
            case .stopping, .stopped: throw .canceled
            case .notStarted:
                if configuration.startsThread { lifecycle = .running(try startThread()) }
            }
        }
    }

    private func startThread() throws(LibUVError) -> LoopThread {
        // Without a host there is no pointer to be wrong.
        let core = unsafe try makeCore(host: nil)
        do {
            let thread = try LoopThread(
                name: configuration.name, stackSize: configuration.stackSize
            ) { self.turnOnCallingThread() }
            scheduler.start(waking: core.wakeHandle)
            return thread
        } catch {
            core.discard()
            throw error
        }
    }

    // Nobody is there to be told of a failure: the work waits.
    private func startForWork() {
        do throws(LibUVError) {
            try start()
        } catch {
            if error != .canceled { startLater() }
        }
    }

    private func startLater() {
        guard !isRetrying.exchange(true, ordering: .acquiringAndReleasing) else { return }
        let isStarted = startDetachedThread(
            name: "engine-start", stackSize: configuration.stackSize
        ) {
            self.retryStart()
        }
        // The next work tries again.
        if !isStarted { isRetrying.store(false, ordering: .releasing) }
    }

    private func retryStart() {
        defer { isRetrying.store(false, ordering: .releasing) }
        while true {
            usleep(Self.retryMicroseconds)
            do throws(LibUVError) {
                return try start()
            } catch {
                if error == .canceled { return }
            }
        }
    }

    /// Makes the calling thread the loop's until the loop was shut down.
    func run() throws(LibUVError) {
        guard !scheduler.isInherited else { throw .otherProcess }
        try lifecycle.withLock { lifecycle throws(LibUVError) in
            switch lifecycle {
            case .running: throw .busy
            case .stopping, .stopped: throw .canceled
            case .notStarted: break
            }
            // Without a host there is no pointer to be wrong.
            scheduler.start(waking: unsafe try makeCore(host: nil).wakeHandle)
            lifecycle = .running(nil)
        }
        let brokenPipeBlock = BrokenPipeBlock()
        turnOnCallingThread()
        brokenPipeBlock.end()
        finishShutdown()
    }

    func attach(to host: UnsafeMutablePointer<uv_loop_t>) throws(LibUVError) {
        let core = unsafe try makeCore(host: host)
        scheduler.start(waking: core.wakeHandle, hostedCore: core)
        lifecycle.withLock { $0 = .running(nil) }
    }

    /// The whole life of a loop that no host turns.
    private func turnOnCallingThread() {
        scheduler.adoptCurrentThread()
        unsafe core?.run()
    }

    // MARK: Shutdown

    private enum ShutdownStep {
        case wait
        case done
        case stop(LoopThread?)
    }

    func beginShutdown(resuming continuation: CheckedContinuation<Void, Never>?) {
        // The lock, the thread and the handles are the parent's.
        if scheduler.isInherited {
            continuation?.resume()
            return
        }
        let new = continuation.map { [$0] } ?? []
        let step = lifecycle.withLock { lifecycle -> ShutdownStep in
            switch lifecycle {
            case .notStarted:
                lifecycle = .stopped
                return .done
            case .running(let thread):
                lifecycle = .stopping(new)
                return .stop(thread)
            case .stopping(let waiting):
                lifecycle = .stopping(waiting + new)
                return .wait
            case .stopped:
                return .done
            }
        }
        switch step {
        case .wait: break
        case .done:
            scheduler.stopUnstarted()
            continuation?.resume()
        case .stop(let thread):
            scheduler.requestStop()
            guard let thread else { return }
            // Joining blocks, and the caller may be on the loop itself.
            let isStarted = startDetachedThread(
                name: "engine-join", stackSize: configuration.stackSize
            ) {
                self.join(thread)
            }
            if !isStarted { join(thread) }
        }
    }

    private func join(_ thread: LoopThread) {
        thread.join()
        finishShutdown()
    }

    /// Tells those who wait for the end.
    private func finishShutdown() {
        let waiting = lifecycle.withLock { lifecycle in
            guard case .stopping(let waiting) = lifecycle else {
                return [CheckedContinuation<Void, Never>]()
            }
            lifecycle = .stopped
            return waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}
