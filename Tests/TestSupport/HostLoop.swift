internal import CLibUV
package import EngineRuntime
internal import Foundation
internal import Synchronization

/// A libuv loop as a host has one, with `data` of the host's, and handles if it is to go on.
@safe package final class HostLoop: Sendable {
    private struct Waiting {
        var calls: [@Sendable () -> Void] = []
        var ticks: [CheckedContinuation<Void, Never>] = []
    }

    // The host's thread alone touches what these point to, but for `uv_async_send`.
    nonisolated(unsafe) private let loop: UnsafeMutablePointer<uv_loop_t>
    nonisolated(unsafe) private let timer: UnsafeMutablePointer<uv_timer_t>
    nonisolated(unsafe) private let async: UnsafeMutablePointer<uv_async_t>
    private let waiting = Locked(Waiting())
    private let tickCount = Atomic(0)

    /// What to attach to.
    package var pointer: UnsafeMutableRawPointer { unsafe UnsafeMutableRawPointer(loop) }

    /// Times that the host's timer has fired.
    package var ticks: Int { tickCount.load(ordering: .acquiring) }

    /// Whether nobody has changed the loop's `data`.
    package var isDataUntouched: Bool {
        unsafe loop.pointee.data == Unmanaged.passUnretained(self).toOpaque()
    }

    /// Makes a loop.
    ///
    /// - Parameter goesOn: Whether handles of the host's keep it going: a timer that fires each
    ///   millisecond, and what ``perform(_:)`` needs.
    package init(goesOn: Bool = true) {
        unsafe loop = .allocate(capacity: 1)
        unsafe timer = .allocate(capacity: 1)
        unsafe async = .allocate(capacity: 1)
        unsafe uv_loop_init(loop)
        unsafe loop.pointee.data = Unmanaged.passUnretained(self).toOpaque()
        guard goesOn else { return }
        unsafe uv_timer_init(loop, timer)
        unsafe uv_timer_start(timer, { unsafe HostLoop.of($0?.pointee.loop)?.tick() }, 1, 1)
        unsafe uv_async_init(loop, async) { unsafe HostLoop.of($0?.pointee.loop)?.call() }
    }

    deinit {
        unsafe loop.deallocate()
        unsafe timer.deallocate()
        unsafe async.deallocate()
    }

    private static func of(_ loop: UnsafeMutablePointer<uv_loop_t>?) -> HostLoop? {
        guard let data = unsafe loop?.pointee.data else { return nil }
        return unsafe Unmanaged<HostLoop>.fromOpaque(data).takeUnretainedValue()
    }

    private func tick() {
        tickCount.add(1, ordering: .releasing)
        let waiting = waiting.withLock { waiting in
            defer { waiting.ticks = [] }
            return waiting.ticks
        }
        for continuation in waiting { continuation.resume() }
    }

    private func call() {
        let calls = waiting.withLock { waiting in
            defer { waiting.calls = [] }
            return waiting.calls
        }
        for call in calls { call() }
    }

    /// Runs code in a callback of the host's, which no library knows of.
    package func perform(_ body: @escaping @Sendable () -> Void) {
        waiting.withLock { $0.calls.append(body) }
        unsafe uv_async_send(async)
    }

    /// Attaches as the documentation has it: on the thread that turns the loop.
    package func attach(
        _ configuration: EngineLoop.Configuration = .init()
    ) async throws -> EngineLoop {
        try await withCheckedThrowingContinuation { continuation in
            perform {
                continuation.resume(
                    with: Result {
                        try unsafe EngineLoop(
                            attachedTo: self.pointer, configuration: configuration)
                    })
            }
        }
    }

    /// Waits until the host's timer fires.
    package func nextTick() async {
        await withCheckedContinuation { continuation in
            waiting.withLock { $0.ticks.append(continuation) }
        }
    }

    /// Closes the host's own handles; in ``perform(_:)``, or while nothing turns the loop.
    package func closeHandles() {
        unsafe uv_close(clibuv_handle_of_timer(timer), nil)
        unsafe uv_close(clibuv_handle_of_async(async), nil)
    }

    /// Turns the loop until it has nothing left to do.
    ///
    /// - Returns: What `uv_run` answers.
    @discardableResult
    package func run() -> Int32 {
        unsafe uv_run(loop, UV_RUN_DEFAULT)
    }

    /// Closes the loop.
    ///
    /// - Returns: What `uv_loop_close` answers.
    package func close() -> Int32 {
        unsafe uv_loop_close(loop)
    }
}

/// Runs blocking code on a thread of its own.
package func onThread<Success: Sendable>(
    _ body: @escaping @Sendable () -> Success
) async -> Success {
    await withCheckedContinuation { continuation in
        Thread.detachNewThread { continuation.resume(returning: body()) }
    }
}

/// Runs an operation beside a host that turns its loop, and closes it then.
///
/// - Returns: What `uv_loop_close` answers.
package func withHostLoop(
    _ operation: (HostLoop) async throws -> Void
) async throws -> Int32 {
    let host = HostLoop()
    async let result = onThread {
        host.run()
        return host.close()
    }
    do {
        try await operation(host)
    } catch {
        host.perform { host.closeHandles() }
        _ = await result
        throw error
    }
    host.perform { host.closeHandles() }
    return await result
}
