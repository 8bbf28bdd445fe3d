import EngineRuntime
import Foundation
import TestSupport
import Testing

/// Loops that nobody has started, and loops that nobody has any more.
@Suite(.accountsForResources, .timeLimit(.minutes(20))) struct FirstWorkTests {
    private actor OnLoop {
        nonisolated let loop: EngineLoop
        nonisolated var unownedExecutor: UnownedSerialExecutor {
            unsafe loop.serialExecutor.asUnownedSerialExecutor()
        }

        init(_ loop: EngineLoop) { self.loop = loop }

        func isOnLoop() -> Bool { loop.isOnLoopThread }
    }

    private func loop(startsThread: Bool = true) -> EngineLoop {
        var configuration = EngineLoop.Configuration()
        configuration.startsThread = startsThread
        return EngineLoop(configuration: configuration)
    }

    // MARK: The first work

    @Test func anActorsFirstCallStartsTheLoop() async {
        let loop = loop()
        #expect(await OnLoop(loop).isOnLoop())
        await loop.shutdown()
    }

    @Test func aTasksFirstJobStartsTheLoop() async {
        let loop = loop()
        let task = Task(executorPreference: loop.taskExecutor) { loop.isOnLoopThread }
        #expect(await task.value)
        await loop.shutdown()
    }

    @Test func manyFirstJobsStartOneThread() async {
        let loop = loop()
        let threads = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<64 {
                group.addTask(executorPreference: loop.taskExecutor) { loop.isOnLoopThread }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(threads == Array(repeating: true, count: 64))
        await loop.shutdown()
    }

    @Test func aLoopThatWaitsForItsThreadIsNotStartedByWork() async {
        let loop = loop(startsThread: false)
        let actor = OnLoop(loop)
        async let isOnLoop = actor.isOnLoop()
        let task = Task(executorPreference: loop.taskExecutor) { loop.isOnLoopThread }
        async let error = onThread { () -> LibUVError? in
            do throws(LibUVError) {
                try loop.run()
                return nil
            } catch {
                return error
            }
        }
        #expect(await task.value)
        #expect(await isOnLoop)
        await loop.shutdown()
        // Busy if work had started a thread.
        #expect(await error == nil)
    }

    // MARK: The last reference

    @Test func aDroppedLoopEndsItsThreadAndClosesItsHandles() async throws {
        let isClosed = Flag()
        await withCheckedContinuation { ended in
            Task {
                do {
                    let loop = loop()
                    try await loop.run {
                        ThreadEnd.resume(ended)
                        _ = try LoopTimer(on: loop, onClose: { isClosed.set() }, action: {})
                    }
                } catch {
                    Issue.record(error)
                }
            }
        }
        #expect(isClosed.isSet)
    }

    @Test func aLoopDroppedOnItsOwnThreadEnds() async throws {
        await withCheckedContinuation { ended in
            let loop = loop()
            loop.submit { [loop] in
                ThreadEnd.resume(ended)
                withExtendedLifetime(loop) {}
            }
        }
    }

    @Test func aDroppedLoopRunsItsJobs() async {
        let waiting: Task<Int, Never>
        let running: Task<Int, Never>
        do {
            let (neverRun, started) = (loop(startsThread: false), loop())
            waiting = Task(executorPreference: neverRun.taskExecutor) {
                await Task.yield()
                return 7
            }
            running = Task(executorPreference: started.taskExecutor) {
                for _ in 0..<1_000 { await Task.yield() }
                return 8
            }
        }
        #expect(await waiting.value == 7)
        #expect(await running.value == 8)
    }

    @Test func aDroppedLoopOfAHostIsClosed() async throws {
        let result = try await withHostLoop { host in
            let isClosed = Flag()
            do {
                let loop = try await host.attach()
                try await loop.run {
                    _ = try LoopTimer(on: loop, onClose: { isClosed.set() }, action: {})
                }
            }
            while !isClosed.isSet { await host.nextTick() }
        }
        // Busy if a handle of the loop's was left.
        #expect(result == 0)
    }
}

/// Tells when the thread ends that asks for it.
private enum ThreadEnd {
    private final class Box {
        let continuation: CheckedContinuation<Void, Never>
        init(_ continuation: CheckedContinuation<Void, Never>) { self.continuation = continuation }
    }

    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        unsafe pthread_key_create(&key) { box in
            guard let box = unsafe box else { return }
            unsafe Unmanaged<Box>.fromOpaque(box).takeRetainedValue().continuation.resume()
        }
        return key
    }()

    static func resume(_ continuation: CheckedContinuation<Void, Never>) {
        unsafe pthread_setspecific(key, Unmanaged.passRetained(Box(continuation)).toOpaque())
    }
}
