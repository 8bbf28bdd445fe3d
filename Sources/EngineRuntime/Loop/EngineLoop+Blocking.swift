internal import CLibUV

extension EngineLoop {
    /// Runs code that may block, on libuv's thread pool.
    ///
    /// Source: <https://docs.libuv.org/en/v1.x/threadpool.html>
    ///
    /// - Throws: ``LibUVError/canceled`` when the loop is not running.
    package func offload<Success: Sendable>(
        _ work: @escaping @Sendable () -> Success
    ) async throws(LibUVError) -> Success {
        try start()
        // Resumed once: here where there is no loop, else by the one call of `finish`.
        let result = unsafe await withUnsafeContinuation {
            (continuation: UnsafeContinuation<Result<Success, LibUVError>, Never>) in
            submit {
                do throws(LibUVError) {
                    let core = try self.openCore()
                    unsafe OffloadedWork(work, unsafe continuation).queue(on: core)
                } catch {
                    unsafe continuation.resume(returning: .failure(error))
                }
            }
        }
        return try result.get()
    }
}

/// One closure on its way through libuv's thread pool, and its result on the way back.
@safe private final class OffloadedWork<Success: Sendable>: OffloadedCall, @unchecked Sendable {
    private let work: @Sendable () -> Success
    private let continuation: UnsafeContinuation<Result<Success, LibUVError>, Never>
    // Written on the pool's thread, read on the loop's: libuv's queue orders the two.
    private var success: Success?

    init(
        _ work: @escaping @Sendable () -> Success,
        _ continuation: UnsafeContinuation<Result<Success, LibUVError>, Never>
    ) {
        self.work = work
        unsafe self.continuation = unsafe continuation
    }

    override func run() {
        success = work()
    }

    override func finish(_ status: Int32) {
        if let success {
            unsafe continuation.resume(returning: .success(success))
        } else {
            unsafe continuation.resume(returning: .failure(LibUVError(code: status)))
        }
    }
}

/// What C's callbacks see of ``OffloadedWork``.
private class OffloadedCall {
    // Touched on the loop's thread alone.
    private final var core: LoopCore?

    func run() {}
    func finish(_ status: Int32) {}

    final func queue(on core: LoopCore) {
        self.core = core
        core.offloadedCount += 1
        // libuv has the request, and `data` the object, until `take`: in libuv's last callback, or
        // here where it refuses the request.
        let request = UnsafeMutablePointer<uv_work_t>.allocate(capacity: 1)
        unsafe request.initialize(to: uv_work_t())
        unsafe request.pointee.data = Unmanaged.passRetained(self).toOpaque()
        let result = unsafe uv_queue_work(
            core.loop, request,
            { request in
                guard let data = unsafe request?.pointee.data else { return }
                unsafe Unmanaged<OffloadedCall>.fromOpaque(data).takeUnretainedValue().run()
            },
            { request, status in unsafe OffloadedCall.take(request)?.end(status) })
        if result < 0 { unsafe OffloadedCall.take(request)?.end(result) }
    }

    private func end(_ status: Int32) {
        finish(status)
        core?.offloadedCount -= 1
        core?.noteClosed()
    }

    private static func take(_ request: UnsafeMutablePointer<uv_work_t>?) -> OffloadedCall? {
        guard let request = unsafe request, let data = unsafe request.pointee.data else {
            return nil
        }
        unsafe request.deallocate()
        return unsafe Unmanaged<OffloadedCall>.fromOpaque(data).takeRetainedValue()
    }
}
