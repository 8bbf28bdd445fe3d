import EngineRuntime
import Foundation
import TestSupport
import Testing

@Suite(.accountsForResources, .timeLimit(.minutes(20))) struct CallerThreadTests {
    private struct Outcome {
        var error: LibUVError?
        var wasBlocked = false
        var isBlocked = false
    }

    private func runOnThread(_ loop: EngineLoop) async -> Outcome {
        await onThread {
            var outcome = Outcome(wasBlocked: isBrokenPipeBlocked())
            do throws(LibUVError) { try loop.run() } catch { outcome.error = error }
            outcome.isBlocked = isBrokenPipeBlocked()
            return outcome
        }
    }

    private func makeLoop() -> EngineLoop {
        var configuration = EngineLoop.Configuration()
        configuration.startsThread = false
        return EngineLoop(configuration: configuration)
    }

    @Test func workWaitsForTheThread() async throws {
        let loop = makeLoop()
        try loop.start()
        let early = Task(executorPreference: loop.taskExecutor) {
            (loop.isOnLoopThread, pthread_self())
        }
        async let outcome = runOnThread(loop)
        let (isOnLoop, thread) = await early.value
        #expect(isOnLoop)
        #expect(try await loop.run { pthread_self() } == thread)
        await loop.shutdown()
        #expect(await outcome.error == nil)
    }

    @Test func aSecondThreadIsRefused() async throws {
        let loop = makeLoop()
        async let outcome = runOnThread(loop)
        _ = try await loop.run {}
        #expect(await runOnThread(loop).error == .busy)
        await loop.shutdown()
        #expect(await outcome.error == nil)
        #expect(await runOnThread(loop).error == .canceled)

        let started = EngineLoop()
        try started.start()
        #expect(await runOnThread(started).error == .busy)
        await started.shutdown()
    }

    @Test func aLoopCanNotBeRunFromWithin() async throws {
        let loop = makeLoop()
        async let outcome = runOnThread(loop)
        let error = await withCheckedContinuation { continuation in
            loop.submitLast {
                do throws(LibUVError) {
                    try loop.run()
                    continuation.resume(returning: LibUVError?.none)
                } catch {
                    continuation.resume(returning: error)
                }
            }
        }
        #expect(error == .busy)
        await loop.shutdown()
        #expect(await outcome.error == nil)
    }

    @Test func shutdownFromAnyPlace() async throws {
        let places: [@Sendable (EngineLoop) async throws -> Void] = [
            { loop in await onThread { loop.beginShutdown() } },
            { loop in try await loop.run { loop.beginShutdown() } },
            { loop in try await loop.run { await loop.shutdown() } },
            { loop in await loop.shutdown() },
        ]
        for shutDown in places {
            let loop = makeLoop()
            async let outcome = runOnThread(loop)
            _ = try await loop.run {}
            try await shutDown(loop)
            #expect(await outcome.error == nil)
        }
    }

    @Test func theThreadGetsItsSignalMaskBack() async throws {
        let loop = makeLoop()
        async let outcome = runOnThread(loop)
        let isBlocked = try await loop.run {
            // As a write to a socket that the peer has closed does; must never be delivered.
            pthread_kill(pthread_self(), SIGPIPE)
            return isBrokenPipeBlocked()
        }
        #expect(isBlocked)
        await loop.shutdown()
        #expect(await outcome.isBlocked == outcome.wasBlocked)
    }
}
