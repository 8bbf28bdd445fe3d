internal import CLibUV

/// The handle through which other threads wake the loop.
@safe struct WakeHandle {
    // There until the close, before which `LoopScheduler.stop` sees to it that nobody sends.
    private let async: UnsafeMutablePointer<uv_async_t>

    var handle: UnsafeMutablePointer<uv_handle_t> { unsafe clibuv_handle_of_async(async) }

    init(loop: UnsafeMutablePointer<uv_loop_t>) throws(LibUVError) {
        unsafe async = .allocate(capacity: 1)
        // The loop does not turn before `LoopCore` has put itself behind the handle.
        let result = unsafe uv_async_init(loop, async) { handle in
            unsafe LoopBox.core(of: unsafe handle)?.wakened()
        }
        guard result == 0 else {
            unsafe async.deallocate()
            throw LibUVError(code: result)
        }
    }

    /// Safe from any thread (`uv_async_send`).
    func send() {
        unsafe uv_async_send(async)
    }

    /// For when the handle has closed.
    func free() {
        unsafe async.deallocate()
    }
}
