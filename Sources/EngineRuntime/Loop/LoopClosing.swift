internal import CLibUV

/// How far a loop's end has come, and who is to hear of it.
///
/// All that was made on the loop closes first, what that has resumed runs for a turn, and then the
/// loop's own handles go.
struct LoopClosing {
    /// Whether the end was asked for.
    var hasBegun = false
    /// Own handles that have not closed.
    var ownHandleCount = 4
    /// Called when the loop is about to take no more work.
    let willStop: () -> Void
    /// Called when the last handle has closed.
    let didClose: () -> Void
}

extension LoopCore {
    func add(_ handle: LoopHandle) {
        handle.position = handles.count
        handles.append(handle)
    }

    func remove(_ handle: LoopHandle) {
        let last = handles.removeLast()
        guard last !== handle else { return }
        last.position = handle.position
        handles[handle.position] = last
    }

    func beginClosing() {
        guard !closing.hasBegun else { return }
        closing.hasBegun = true
        for handle in handles { handle.close() }
        noteClosed()
    }

    /// Called whenever something has ended that the loop's end may wait for.
    func noteClosed() {
        guard closing.hasBegun, handles.isEmpty, offloadedCount == 0 else { return }
        isLastTurn = true
        keepTurning()
    }

    /// Ends what is left, at the end of the last turn.
    func stop() {
        isLastTurn = false
        closing.willStop()
        scheduler.stop()
        meter.stop()
        leaveHostThread()
        closeOwnHandles()
    }

    /// Ends a loop of our own that never got a thread.
    func discard() {
        closing.willStop()
        closeOwnHandles()
        run()
    }

    // Called once; libuv answers for each handle, of which the last one's answer frees all.
    private func closeOwnHandles() {
        unsafe closeOwn(wakeHandle.handle)
        unsafe closeOwn(clibuv_handle_of_prepare(prepare))
        unsafe closeOwn(clibuv_handle_of_check(check))
        unsafe closeOwn(clibuv_handle_of_idle(idle))
    }

    private func closeOwn(_ handle: UnsafeMutablePointer<uv_handle_t>) {
        unsafe uv_close(handle) { handle in
            unsafe LoopBox.release(unsafe handle)?.didCloseOwnHandle()
        }
    }

    private func didCloseOwnHandle() {
        closing.ownHandleCount -= 1
        guard closing.ownHandleCount == 0 else { return }
        wakeHandle.free()
        unsafe prepare.deallocate()
        unsafe check.deallocate()
        unsafe idle.deallocate()
        unsafe readBuffer.deallocate()
        closing.didClose()
    }
}
