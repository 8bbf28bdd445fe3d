internal import CLibUV

/// The `uv_loop_t`, the four handles through which it serves us, and the read buffer that all its
/// streams share. Lives on the loop's thread, which is the only one to touch it once it runs.
///
/// The loop's memory and its turning are somebody else's when it is hosted. Nothing here depends on
/// whose it is but ``run()``: it touches no handle that it has not made, and not the loop's `data`.
@safe final class LoopCore {
    // A loop of our own is freed in `turnAndFree`, all else in `didCloseOwnHandle`: when libuv has
    // let go of every handle, ours and those that were made on the loop, and nothing calls us.
    let loop: UnsafeMutablePointer<uv_loop_t>
    let wakeHandle: WakeHandle
    let readBuffer: UnsafeMutableRawBufferPointer
    let scheduler: LoopScheduler
    let meter: LagMeter
    let prepare: UnsafeMutablePointer<uv_prepare_t>
    let check: UnsafeMutablePointer<uv_check_t>
    let idle: UnsafeMutablePointer<uv_idle_t>
    /// Handles open or closing, the loop's own not counted.
    var handles: [LoopHandle] = []
    /// Closures on libuv's thread pool.
    var offloadedCount = 0
    var closing: LoopClosing
    /// Whether only the loop's own handles are left to close.
    var isLastTurn = false

    private let isHosted: Bool
    private var hostThread: HostThread

    private let jobsPerTick: Int
    private var isSpinning = false
    private var hasRunTimer = false
    private var polling: BusyPolling
    /// When the loop ran dry; nil while there is work.
    private var dryTime: UInt64?
    private var hasSlept = false

    /// Makes the handles, and the loop itself when there is no host that brings one.
    ///
    /// - Throws: ``LibUVError``, for example when the process has no file descriptor left.
    init(
        scheduler: LoopScheduler, meter: LagMeter, configuration: EngineLoop.Configuration,
        host: UnsafeMutablePointer<uv_loop_t>?, closing: LoopClosing
    ) throws(LibUVError) {
        self.scheduler = scheduler
        self.meter = meter
        self.closing = closing
        isHosted = unsafe host != nil
        hostThread = HostThread(keepsLoopAlive: configuration.keepsHostLoopAlive)
        jobsPerTick = max(1, configuration.jobsPerTick)
        polling = BusyPolling(limit: configuration.busyPoll.upToAnHourInNanoseconds)
        if let host = unsafe host { unsafe loop = host } else { unsafe loop = try Self.makeLoop() }
        do {
            wakeHandle = unsafe try WakeHandle(loop: loop)
        } catch {
            if unsafe host == nil { unsafe Self.turnAndFree(loop) }
            throw error
        }
        unsafe prepare = .allocate(capacity: 1)
        unsafe check = .allocate(capacity: 1)
        unsafe idle = .allocate(capacity: 1)
        unsafe readBuffer = .allocate(
            byteCount: max(4096, configuration.readBufferSize), alignment: 16)
        startOwnHandles()
    }

    // Its epoll, the pipe of libuv's signals, and what wakes it.
    private static let descriptorsOfALoop: Int32 = 4

    private static func makeLoop() throws(LibUVError) -> UnsafeMutablePointer<uv_loop_t> {
        // Without a descriptor for its pipe, libuv's first loop ends the process (1.44, signal.c).
        try LibUVError.check(clibuv_check_descriptors(descriptorsOfALoop))
        let loop = UnsafeMutablePointer<uv_loop_t>.allocate(capacity: 1)
        let result = unsafe uv_loop_init(loop)
        guard result == 0 else {
            unsafe loop.deallocate()
            throw LibUVError(code: result)
        }
        return unsafe loop
    }

    private static func turnAndFree(_ loop: UnsafeMutablePointer<uv_loop_t>) {
        // Returns when our own handles have closed, and at once where none was made.
        unsafe uv_run(loop, UV_RUN_DEFAULT)
        let result = unsafe uv_loop_close(loop)
        precondition(result == 0, "a handle outlived its loop")
        unsafe loop.deallocate()
    }

    // Jobs run after I/O, whose callbacks make most of them, and before the loop sleeps.
    private func startOwnHandles() {
        // None of these can fail: libuv fills in structures and links them.
        unsafe uv_prepare_init(loop, prepare)
        unsafe uv_check_init(loop, check)
        unsafe uv_idle_init(loop, idle)
        unsafe LoopBox.retain(self, in: wakeHandle.handle)
        unsafe LoopBox.retain(self, in: clibuv_handle_of_prepare(prepare))
        unsafe LoopBox.retain(self, in: clibuv_handle_of_check(check))
        unsafe LoopBox.retain(self, in: clibuv_handle_of_idle(idle))
        unsafe uv_prepare_start(prepare) { handle in
            unsafe LoopBox.core(of: unsafe handle)?.prepareToPoll()
        }
        unsafe uv_check_start(check) { handle in
            unsafe LoopBox.core(of: unsafe handle)?.checkAfterPoll()
        }
        // The wake handle says whether there is a reason to turn.
        unsafe uv_unref(clibuv_handle_of_prepare(prepare))
        unsafe uv_unref(clibuv_handle_of_check(check))
    }

    /// Turns a loop of our own until it was closed.
    func run() {
        unsafe Self.turnAndFree(loop)
    }

    // MARK: Turning

    /// Takes note that the wait for an event is over.
    func noteEvent() {
        if !meter.isBusy { meter.begin(at: unsafe uv_now(loop)) }
        guard let start = dryTime else { return }
        dryTime = nil
        polling.waited(for: Int64(clamping: uv_hrtime() - start), hasSlept: hasSlept)
    }

    /// Takes note that a timer's callback runs, which comes after libuv has noted the turn's time.
    func noteTimer() {
        if !meter.isBusy { meter.begin(at: unsafe uv_now(loop)) }
        hasRunTimer = true
    }

    func wakened() {
        if isHosted { arriveOnHostThread() }
        noteEvent()
        meter.probeReturned()
        scheduler.takeInbox()
        if scheduler.isStopRequested { beginClosing() }
    }

    /// - Returns: Whether there were any.
    @discardableResult
    private func runJobs() -> Bool {
        let hasJobs = scheduler.hasReadyWork
        var hasMore = false
        if hasJobs {
            noteEvent()
            hasMore = scheduler.runReady(atMost: jobsPerTick)
        }
        // Without another reason to turn, a host's loop would end before the wake-up is received.
        if isHosted, scheduler.isStopRequested { beginClosing() }
        spin(hasMore || isLastTurn)
        return hasJobs
    }

    private func checkAfterPoll() {
        if isHosted {
            arriveOnHostThread()
            // The time of the host's callbacks counts, and began when the poll returned.
            if !meter.isBusy { meter.begin(at: unsafe uv_now(loop)) }
        }
        runJobs()
        if isLastTurn { stop() }
    }

    private func prepareToPoll() {
        if isHosted { arriveOnHostThread() }
        let hasRun = runJobs()
        // What libuv has noted at the start of this turn will do where nothing ran since.
        let isNoted = !hasRun && !hasRunTimer && !isHosted
        hasRunTimer = false
        meter.end(at: unsafe isNoted ? uv_now(loop) : uv_hrtime() / 1_000_000)
        guard polling.limit > 0, !isSpinning else { return }
        let now = uv_hrtime()
        if dryTime == nil { hasSlept = false }
        let start = dryTime ?? now
        dryTime = start
        if polling.shouldPoll(after: Int64(clamping: now - start)) {
            spin(true)
        } else {
            hasSlept = true
        }
    }

    // Only a turn tells which thread it is, and any callback can be the first of ours in it.
    private func arriveOnHostThread() {
        guard hostThread.arrive() else { return }
        scheduler.adoptCurrentThread()
        guard !hostThread.keepsLoopAlive else { return }
        unsafe uv_unref(wakeHandle.handle)
        // What was sent before may be all that the host's loop goes on for.
        wakened()
    }

    /// Sees to it that the loop turns once more, and soon.
    func keepTurning() { spin(true) }

    // With work left over, or an event that is worth waiting for awake, the loop must poll without
    // sleeping: an active idle handle says so.
    func spin(_ shouldSpin: Bool) {
        guard shouldSpin != isSpinning else { return }
        isSpinning = shouldSpin
        if shouldSpin {
            unsafe uv_idle_start(idle) { _ in }
        } else {
            unsafe uv_idle_stop(idle)
        }
    }

    func leaveHostThread() { hostThread.leave() }
}
