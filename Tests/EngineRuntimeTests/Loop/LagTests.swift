import EngineRuntime
import TestSupport
import Testing

@Suite(.accountsForResources, .timeLimit(.minutes(20))) struct LagTests {
    private let bound = Duration.milliseconds(30)

    private var configuration: EngineLoop.Configuration {
        var configuration = EngineLoop.Configuration()
        configuration.lagThreshold = .milliseconds(20)
        return configuration
    }

    /// What holds a loop up, until it is let go.
    private struct Obstacle: Sendable {
        let hasBegun = Flag()
        let isOver = Flag()

        func holdUp() {
            hasBegun.set()
            while !isOver.isSet {}
        }
    }

    /// Reads until the loop is late, while it is, and then lets it go.
    private func expectLag(
        of loop: EngineLoop, by obstacle: Obstacle, since before: LoopStatistics
    ) async {
        while !obstacle.hasBegun.isSet { await Task.yield() }
        // A wake-up sent earlier may have been on its way already.
        let enough = loop.statistics.currentLag + bound
        while loop.statistics.currentLag < enough { await Task.yield() }
        let during = loop.statistics
        #expect(during.maximumLag >= enough)
        obstacle.isOver.set()
        while loop.statistics.currentLag >= bound { await Task.yield() }
        let after = loop.statistics
        #expect(after.maximumLag >= during.maximumLag)
        #expect(after.lateTurns > before.lateTurns)
        #expect(after.turns > before.turns)
        #expect(after.busyTime - before.busyTime >= configuration.lagThreshold)
    }

    @Test func aJobThatHoldsTheThreadUpShowsAtOnce() async throws {
        let loop = EngineLoop(configuration: configuration)
        try loop.start()
        for _ in 0..<2 {
            let obstacle = Obstacle()
            let before = loop.statistics
            let job = Task(executorPreference: loop.taskExecutor) { obstacle.holdUp() }
            await expectLag(of: loop, by: obstacle, since: before)
            await job.value
        }
        await loop.shutdown()
        #expect(loop.statistics.currentLag == .zero)
    }

    @Test func soDoesACallback() async throws {
        let loop = EngineLoop(configuration: configuration)
        let obstacle = Obstacle()
        let before = loop.statistics
        try await loop.run {
            let timer = try LoopTimer(on: loop) { obstacle.holdUp() }
            timer.arm(afterNanoseconds: 0)
        }
        await expectLag(of: loop, by: obstacle, since: before)
        await loop.shutdown()
    }

    @Test func soDoesACallbackOfTheHosts() async throws {
        let result = try await withHostLoop { host in
            let loop = try await host.attach(configuration)
            _ = try await loop.run {}
            let obstacle = Obstacle()
            let before = loop.statistics
            host.perform { obstacle.holdUp() }
            await expectLag(of: loop, by: obstacle, since: before)
            await loop.shutdown()
            #expect(loop.statistics.currentLag == .zero)
        }
        #expect(result == 0)
    }

    @Test func aLoopThatWaitsIsNotLate() async throws {
        let loop = EngineLoop(configuration: configuration)
        let fired = Flag()
        try await loop.run {
            let timer = try LoopTimer(on: loop) { fired.set() }
            timer.arm(afterNanoseconds: 60_000_000)
        }
        while loop.statistics.currentLag > .zero { await Task.yield() }
        var seen = Duration.zero
        while !fired.isSet {
            seen = max(seen, loop.statistics.currentLag)
            await Task.yield()
        }
        // Twice as long as what counts as late has passed.
        #expect(seen < bound)
        await loop.shutdown()
        #expect(loop.statistics.turns > 0)
    }
}
