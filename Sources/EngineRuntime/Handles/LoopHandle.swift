internal import CLibUV

/// A libuv handle as an object of the loop's thread.
///
/// libuv's side keeps the object alive until the handle has closed. There is one way to end it:
/// ``close()``; the memory is freed in the close callback and nowhere else.
@safe package class LoopHandle {
    let core: LoopCore
    // Used while `isClosing` is false: until then the memory is there.
    let handle: UnsafeMutablePointer<uv_handle_t>
    /// Whether ``close()`` was called: no callback but ``didClose()`` follows.
    package private(set) final var isClosing = false
    /// Where the loop's list has the handle.
    final var position = 0

    init(core: LoopCore, handle: UnsafeMutablePointer<uv_handle_t>) {
        self.core = core
        unsafe self.handle = unsafe handle
        core.add(self)
        unsafe HandleBox.retain(self, in: handle)
    }

    /// Closes the handle; later calls do nothing, nor does any in a child of `fork()`, where the
    /// kernel's side of it is the parent's.
    package final func close() {
        guard !isClosing, !core.scheduler.isInherited else { return }
        isClosing = true
        unsafe uv_close(handle) { handle in
            guard let handle = unsafe handle, let object = unsafe HandleBox.release(handle) else {
                return
            }
            object.core.remove(object)
            object.didClose()
            object.core.noteClosed()
        }
    }

    /// Called once, when libuv has let go of the handle.
    func didClose() {}
}
