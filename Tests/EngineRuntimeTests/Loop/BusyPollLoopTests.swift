import EngineRuntime
import Synchronization
import TestSupport
import Testing

@Suite(.accountsForResources) struct BusyPollLoopTests {
    private func withBusyLoop(_ body: (EngineLoop) async throws -> Void) async throws {
        var configuration = EngineLoop.Configuration()
        configuration.busyPoll = .milliseconds(5)
        let loop = EngineLoop(configuration: configuration)
        try await body(loop)
        await loop.shutdown()
    }

    @Test func jobsFromOtherThreadsRunWhileItLooks() async throws {
        try await withBusyLoop { loop in
            let count = Atomic(0)
            for _ in 0..<200 {
                try await loop.run { _ = count.add(1, ordering: .relaxed) }
            }
            #expect(count.load(ordering: .relaxed) == 200)
        }
    }

    @Test func timersFireWhileItLooks() async throws {
        try await withBusyLoop { loop in
            for delay in [0, 1_000_000, 4_000_000, 20_000_000] as [Int64] {
                try await loop.run {
                    let timer = Locked<LoopTimer?>(nil)
                    try await withCheckedThrowingContinuation {
                        (continuation: CheckedContinuation<Void, any Error>) in
                        do {
                            let new = try LoopTimer(on: loop) { continuation.resume() }
                            new.arm(afterNanoseconds: delay)
                            timer.withLock { $0 = new }
                        } catch {
                            continuation.resume(throwing: error)
                        }
                    }
                    timer.withLock { $0?.close() }
                }
            }
        }
    }
}
