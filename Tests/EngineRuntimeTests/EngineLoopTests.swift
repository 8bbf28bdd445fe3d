import EngineRuntime
import Foundation
import TestSupport
import Testing

@Suite(.accountsForResources) struct EngineLoopTests {
    private actor LoopBound {
        nonisolated let loop: EngineLoop
        nonisolated var unownedExecutor: UnownedSerialExecutor {
            unsafe loop.serialExecutor.asUnownedSerialExecutor()
        }
        private(set) var count = 0

        init(loop: EngineLoop) { self.loop = loop }

        func increment() -> Bool {
            count += 1
            return loop.isOnLoopThread
        }
    }

    @Test func actorsAndTasksRunOnTheThread() async throws {
        let loop = EngineLoop()
        try loop.start()
        #expect(!loop.isOnLoopThread)
        let bound = LoopBound(loop: loop)
        #expect(await bound.increment())
        let isOnThread = try await loop.run {
            return loop.isOnLoopThread && enterWithoutWaiting(bound)
        }
        #expect(isOnThread)
        #expect(await bound.count == 2)
        let task = Task(executorPreference: loop.taskExecutor) { loop.isOnLoopThread }
        #expect(await task.value)
        await loop.shutdown()
    }

    private func enterWithoutWaiting(_ bound: LoopBound) -> Bool {
        bound.assumeIsolated { $0.increment() }
    }

    @Test func jobsOfManyThreadsAllRunOnce() async throws {
        let loop = EngineLoop()
        try loop.start()
        let bound = LoopBound(loop: loop)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<64 {
                group.addTask {
                    for _ in 0..<200 { _ = await bound.increment() }
                }
            }
        }
        #expect(await bound.count == 64 * 200)
        await loop.shutdown()
    }

    @Test func busyTasksDoNotStarveTimers() async throws {
        var configuration = EngineLoop.Configuration()
        configuration.jobsPerTick = 4
        let loop = EngineLoop(configuration: configuration)
        try await loop.run {
            let hasFired = Flag()
            let busy = (0..<8).map { _ in
                Task(executorPreference: loop.taskExecutor) {
                    while !hasFired.isSet { await Task.yield() }
                }
            }
            let timer = try Timer.start(on: loop, milliseconds: 5) { hasFired.set() }
            for task in busy { await task.value }
            timer.close()
        }
        await loop.shutdown()
    }

    @Test func workSentBeforeTheStartRunsAfterIt() async throws {
        let loop = EngineLoop()
        let early = Task(executorPreference: loop.taskExecutor) { loop.isOnLoopThread }
        try loop.start()
        try loop.start()
        #expect(await early.value)
        await loop.shutdown()
    }

    @Test func shutdownWorksFromTheLoopAndTwice() async throws {
        let loop = EngineLoop()
        try await loop.run { await loop.shutdown() }
        await loop.shutdown()
        #expect(throws: LibUVError.canceled) { try loop.start() }
        await #expect(throws: LibUVError.canceled) { try await loop.openHandleCount() }
    }

    @Test func concurrentShutdownsAllReturn() async throws {
        let loop = EngineLoop()
        try loop.start()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<16 { group.addTask { await loop.shutdown() } }
        }
    }

    @Test func anUnstartedLoopShutsDown() async {
        let loop = EngineLoop()
        let early = Task(executorPreference: loop.taskExecutor) { 7 }
        await loop.shutdown()
        #expect(await early.value == 7)
    }

    @Test func jobsAfterTheEndStillRunAndNeverTogether() async throws {
        let loop = EngineLoop()
        try loop.start()
        let bound = LoopBound(loop: loop)
        await loop.shutdown()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<32 {
                group.addTask(executorPreference: loop.taskExecutor) {
                    for _ in 0..<50 { _ = await bound.increment() }
                }
            }
        }
        #expect(await bound.count == 32 * 50)
    }

    @Test func shutdownClosesWhatIsOpen() async throws {
        let loop = EngineLoop()
        let isClosed = Flag()
        try await loop.run {
            _ = try LoopTimer(on: loop, onClose: { isClosed.set() }, action: {})
            let count = try await loop.openHandleCount()
            #expect(count == 1)
        }
        await loop.shutdown()
        #expect(isClosed.isSet)
    }

    @Test func manyLoopsComeAndGo() async throws {
        for _ in 0..<200 {
            let loop = EngineLoop()
            let isOnThread = try await loop.run { loop.isOnLoopThread }
            #expect(isOnThread)
            await loop.shutdown()
        }
    }

    @Test func theHostsSignalHandlingStays() async throws {
        let loop = EngineLoop()
        let wasBlocked = isBrokenPipeBlocked()
        try loop.start()
        #expect(isBrokenPipeBlocked() == wasBlocked)
        var action = sigaction()
        #expect(unsafe sigaction(SIGPIPE, nil, &action) == 0)
        #expect(unsafe action.__sigaction_handler.sa_handler == nil)
        let isBlockedOnLoop = try await loop.run { isBrokenPipeBlocked() }
        #expect(isBlockedOnLoop)
        await loop.shutdown()
    }

    @Test func noSignalReachesTheLoopsThread() async throws {
        let loop = EngineLoop()
        let open = try await loop.run { openSignals() }
        // What a fault of the thread itself raises ends the process where it is blocked.
        #expect(open == [SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS])
        // libuv's pool inherits the mask.
        #expect(try await loop.offload { openSignals() } == open)
        await loop.shutdown()
    }
}

/// The signals that the thread takes, other than those of the C library and the two that none can
/// block.
private func openSignals() -> Set<Int32> {
    var mask = sigset_t()
    unsafe pthread_sigmask(SIG_BLOCK, nil, &mask)
    return Set(1..<32).subtracting([SIGKILL, SIGSTOP]).filter {
        unsafe sigismember(&mask, $0) == 0
    }
}

func isBrokenPipeBlocked() -> Bool {
    var mask = sigset_t()
    unsafe pthread_sigmask(SIG_BLOCK, nil, &mask)
    return unsafe sigismember(&mask, SIGPIPE) == 1
}

private enum Timer {
    static func start(
        on loop: EngineLoop, milliseconds: Int64, action: @escaping () -> Void
    ) throws -> LoopTimer {
        let timer = try LoopTimer(on: loop, action: action)
        timer.arm(afterNanoseconds: milliseconds * 1_000_000)
        return timer
    }
}
