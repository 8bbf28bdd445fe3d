internal import CLibUV

/// Where a loop is in its life.
///
/// A thread, on Darwin a pointer, is joined once: by whoever takes it out.
@safe enum Lifecycle {
    /// Can become `running` or `stopped`.
    case notStarted
    /// On a thread that the loop has started, or on one of somebody else's. Can become `stopping`.
    case running(LoopThread?)
    /// Can become `stopped`.
    case stopping([CheckedContinuation<Void, Never>])
    /// Final.
    case stopped
}

extension EngineLoop {
    // MARK: Start

    /// Starts the thread; does nothing when the loop has one already, or is to wait for ``run()``.
    ///
    /// - Throws: ``LibUVError`` when the system has no descriptor or thread left, and
    ///   ``LibUVError/canceled`` when the loop was shut down.
    public func start() throws(LibUVError) {
        if isOnLoopThread { return }
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
            let thread = try LoopThread(name: configuration.name) { self.turnOnCallingThread() }
            scheduler.start(waking: core.wakeHandle)
            return thread
        } catch {
            core.discard()
            throw error
        }
    }

    /// Makes the calling thread the loop's, until ``shutdown()``, which any other thread or a task on
    /// the loop asks for.
    ///
    /// A daemon whose main thread has nothing else to do saves a thread so. What is bound to the main
    /// actor does not run meanwhile. Give the loop a configuration without
    /// ``Configuration/startsThread`` where tasks use it before this is called: else the first of them
    /// starts a thread.
    ///
    /// - Throws: ``LibUVError/busy`` when the loop has a thread already, ``LibUVError/canceled`` when
    ///   it was shut down, and ``LibUVError`` when the system has no descriptor left.
    @available(
        *, noasync, message: "blocks its thread: call it from a synchronous main or a Thread"
    )
    public func run() throws(LibUVError) {
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

    // MARK: Shutdown

    /// Closes every handle that was made on the loop, runs the work that is ready, and ends the loop.
    ///
    /// Requests in flight on the loop end with an error. Returns when a thread that the loop has
    /// started was joined; when ``run()`` is about to return; or when the last handle on a host's
    /// loop has closed, for which the host must go on turning it. May be called more than once, and
    /// from the loop's own thread.
    public func shutdown() async {
        await withCheckedContinuation { beginShutdown(resuming: $0) }
    }

    /// Asks for what ``shutdown()`` does and does not wait for it; from any thread.
    ///
    /// On the thread of a host's loop this also makes the host's next, or current, `uv_run` go on until
    /// all is closed.
    public func beginShutdown() {
        beginShutdown(resuming: nil)
    }

    private enum ShutdownStep {
        case wait
        case done
        case stop(LoopThread?)
    }

    private func beginShutdown(resuming continuation: CheckedContinuation<Void, Never>?) {
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
            if !startDetachedThread(name: "engine-join", body: { self.join(thread) }) {
                join(thread)
            }
        }
    }

    private func join(_ thread: LoopThread) {
        thread.join()
        finishShutdown()
    }

    /// Tells those who wait for the end.
    func finishShutdown() {
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
