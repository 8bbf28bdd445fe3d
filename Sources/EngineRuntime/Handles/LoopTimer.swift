internal import CLibUV

/// A one-shot timer on a loop, with a resolution of a millisecond.
///
/// Source: <https://docs.libuv.org/en/v1.x/timer.html>
@safe package final class LoopTimer: LoopHandle {
    // `handle` by its own type, and used like it.
    private let timer: UnsafeMutablePointer<uv_timer_t>
    private var action: (() -> Void)?
    private var onClose: (() -> Void)?

    /// Makes a timer that is not armed.
    ///
    /// - Parameters:
    ///   - onClose: Called once, when the timer was closed by its owner or with its loop.
    ///   - action: Called on the loop's thread each time that the timer fires.
    /// - Throws: ``LibUVError`` when the loop is not running.
    package init(
        on loop: EngineLoop, onClose: @escaping () -> Void = {}, action: @escaping () -> Void
    ) throws(LibUVError) {
        let core = try loop.openCore()
        unsafe timer = .allocate(capacity: 1)
        // Can't fail: libuv only fills in the structure.
        unsafe uv_timer_init(core.loop, timer)
        self.action = action
        self.onClose = onClose
        unsafe super.init(core: core, handle: clibuv_handle_of_timer(timer))
    }

    /// Arms the timer anew; what it was armed for before is forgotten.
    ///
    /// - Parameter nanoseconds: The delay. It fires up to two milliseconds later, or later still
    ///   while the loop is held up, and never early.
    package func arm(afterNanoseconds nanoseconds: Int64) {
        guard !isClosing else { return }
        // libuv adds the delay to its cached time, which may be old and is cut to milliseconds.
        let (due, isOver) = uv_hrtime().addingReportingOverflow(UInt64(max(0, nanoseconds)))
        unsafe uv_update_time(core.loop)
        let now = unsafe uv_now(core.loop)
        let dueMilliseconds = (isOver ? .max : due) / 1_000_000 + 1
        let milliseconds = nanoseconds > 0 && dueMilliseconds > now ? dueMilliseconds - now : 0
        unsafe uv_timer_start(
            timer,
            { timer in
                guard let timer = unsafe HandleBox.object(of: unsafe timer, as: LoopTimer.self)
                else { return }
                timer.core.noteTimer()
                timer.action?()
            }, milliseconds, 0)
    }

    /// Disarms the timer.
    package func disarm() {
        guard !isClosing else { return }
        unsafe uv_timer_stop(timer)
    }

    override func didClose() {
        action = nil
        let onClose = onClose
        self.onClose = nil
        onClose?()
    }
}
