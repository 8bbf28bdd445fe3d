internal import CLibUV

/// The `uv_loop_t`, the handles that belong to the loop itself, and the read buffer that all its
/// streams share. Lives on the loop's thread, which is the only one to touch it once it runs.
@safe final class LoopCore {
    let loop: UnsafeMutablePointer<uv_loop_t>
    let wakeHandle: WakeHandle
    let readBuffer: UnsafeMutableRawBufferPointer
    /// Handles open or closing, the loop's own not counted.
    var handleCount = 0

    private let scheduler: LoopScheduler
    private let jobsPerTick: Int
    private let prepare: UnsafeMutablePointer<uv_prepare_t>
    private let check: UnsafeMutablePointer<uv_check_t>
    private let idle: UnsafeMutablePointer<uv_idle_t>
    private var isSpinning = false
    private var polling: BusyPolling
    /// When the loop ran dry; nil while there is work.
    private var dryTime: UInt64?
    private var hasSlept = false

    /// - Throws: ``LibUVError``, for example when the process has no file descriptor left.
    init(scheduler: LoopScheduler, configuration: EngineLoop.Configuration) throws(LibUVError) {
        self.scheduler = scheduler
        jobsPerTick = max(1, configuration.jobsPerTick)
        polling = BusyPolling(limit: configuration.busyPollNanoseconds)
        unsafe loop = .allocate(capacity: 1)
        do {
            try LibUVError.check(unsafe uv_loop_init(loop))
        } catch {
            unsafe loop.deallocate()
            throw error
        }
        do {
            wakeHandle = unsafe try WakeHandle(loop: loop)
        } catch {
            unsafe uv_loop_close(loop)
            unsafe loop.deallocate()
            throw error
        }
        unsafe prepare = .allocate(capacity: 1)
        unsafe check = .allocate(capacity: 1)
        unsafe idle = .allocate(capacity: 1)
        unsafe readBuffer = .allocate(
            byteCount: max(4096, configuration.readBufferSize), alignment: 16)
        unsafe LoopBox.set(self, on: loop)
        startOwnHandles()
    }

    // Jobs run after I/O, whose callbacks make most of them, and before the loop sleeps.
    private func startOwnHandles() {
        // None of these can fail: libuv fills in structures and links them.
        unsafe uv_prepare_init(loop, prepare)
        unsafe uv_check_init(loop, check)
        unsafe uv_idle_init(loop, idle)
        unsafe prepare.pointee.data = nil
        unsafe check.pointee.data = nil
        unsafe idle.pointee.data = nil
        unsafe uv_prepare_start(prepare) { handle in
            unsafe LoopBox.core(of: unsafe handle?.pointee.loop)?.prepareToPoll()
        }
        unsafe uv_check_start(check) { handle in
            unsafe LoopBox.core(of: unsafe handle?.pointee.loop)?.runJobs()
        }
    }

    /// Takes note that the wait for an event is over.
    func noteEvent() {
        guard let start = dryTime else { return }
        dryTime = nil
        polling.waited(for: Int64(clamping: uv_hrtime() - start), hasSlept: hasSlept)
    }

    private func runJobs() {
        if polling.limit > 0, scheduler.hasReadyWork { noteEvent() }
        spin(scheduler.runReady(atMost: jobsPerTick))
    }

    private func prepareToPoll() {
        runJobs()
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

    // With work left over, or an event that is worth waiting for awake, the loop must poll without
    // sleeping: an active idle handle says so.
    private func spin(_ shouldSpin: Bool) {
        guard shouldSpin != isSpinning else { return }
        isSpinning = shouldSpin
        if shouldSpin {
            unsafe uv_idle_start(idle) { _ in }
        } else {
            unsafe uv_idle_stop(idle)
        }
    }

    /// Runs the loop until ``stop()``.
    func run() {
        unsafe uv_run(loop, UV_RUN_DEFAULT)
    }

    /// Makes ``run()`` return; on the loop's thread.
    func stop() {
        unsafe uv_stop(loop)
    }

    /// Closes every handle that is not the loop's own, and turns until they are gone.
    func closeHandles() {
        while handleCount > 0 {
            unsafe uv_walk(
                loop,
                { handle, _ in
                    unsafe HandleBox.object(of: unsafe handle, as: LoopHandle.self)?.close()
                },
                nil)
            unsafe uv_run(loop, UV_RUN_NOWAIT)
        }
        // What closing resumed may still run on this thread.
        unsafe uv_run(loop, UV_RUN_NOWAIT)
    }

    /// Closes the loop's own handles and frees everything.
    func tearDown() {
        wakeHandle.close()
        unsafe uv_close(clibuv_handle_of_prepare(prepare), nil)
        unsafe uv_close(clibuv_handle_of_check(check), nil)
        unsafe uv_close(clibuv_handle_of_idle(idle), nil)
        unsafe uv_run(loop, UV_RUN_DEFAULT)
        let result = unsafe uv_loop_close(loop)
        precondition(result == 0, "a handle outlived its loop")
        unsafe prepare.deallocate()
        unsafe check.deallocate()
        unsafe idle.deallocate()
        unsafe loop.deallocate()
        unsafe readBuffer.deallocate()
        wakeHandle.free()
    }
}

/// The handle through which other threads wake the loop.
@safe struct WakeHandle {
    private let async: UnsafeMutablePointer<uv_async_t>

    init(loop: UnsafeMutablePointer<uv_loop_t>) throws(LibUVError) {
        unsafe async = .allocate(capacity: 1)
        let result = unsafe uv_async_init(loop, async) { handle in
            unsafe LoopBox.core(of: unsafe handle?.pointee.loop)?.wakened()
        }
        guard result == 0 else {
            unsafe async.deallocate()
            throw LibUVError(code: result)
        }
        unsafe async.pointee.data = nil
    }

    /// Safe from any thread (`uv_async_send`).
    func send() {
        unsafe uv_async_send(async)
    }

    fileprivate func close() {
        unsafe uv_close(clibuv_handle_of_async(async), nil)
    }

    fileprivate func free() {
        unsafe async.deallocate()
    }
}

extension LoopCore {
    fileprivate func wakened() {
        noteEvent()
        scheduler.takeInbox()
        if scheduler.isStopRequested { stop() }
    }
}
