import EngineRuntime
import TestSupport
import Testing

@Suite(.accountsForResources, .timeLimit(.minutes(1))) struct LagTests {
    private let bound = Duration.milliseconds(30)

    private var configuration: EngineLoop.Configuration {
        var configuration = EngineLoop.Configuration()
        configuration.lagThreshold = .milliseconds(20)
        return configuration
    }

    /// Reads until the loop is as late as that, while it is, and then lets it go.
    private func expectLag(of loop: EngineLoop, until release: Flag) async {
        let before = loop.statistics
        while loop.statistics.currentLag < bound { await Task.yield() }
        let during = loop.statistics
        #expect(during.maximumLag >= bound)
        #expect(during.lateTurns > before.lateTurns)
        release.set()
        while loop.statistics.currentLag >= bound { await Task.yield() }
        let after = loop.statistics
        #expect(after.maximumLag >= during.maximumLag)
        #expect(after.lateTurns >= during.lateTurns)
        #expect(after.turns > before.turns)
        #expect(after.busyTime - before.busyTime >= bound)
    }

    @Test func aJobThatHoldsTheThreadUpShowsAtOnce() async throws {
        let loop = EngineLoop(configuration: configuration)
        for _ in 0..<2 {
            let release = Flag()
            let job = Task(executorPreference: loop.taskExecutor) { while !release.isSet {} }
            try loop.start()
            await expectLag(of: loop, until: release)
            await job.value
        }
        await loop.shutdown()
        #expect(loop.statistics.currentLag == .zero)
    }

    @Test func soDoesACallback() async throws {
        let loop = EngineLoop(configuration: configuration)
        let release = Flag()
        try await loop.run {
            let timer = try LoopTimer(on: loop) {
                while !release.isSet {}
            }
            timer.arm(afterNanoseconds: 0)
        }
        await expectLag(of: loop, until: release)
        await loop.shutdown()
    }

    @Test func soDoesACallbackOfTheHosts() async throws {
        let result = try await withHostLoop { host in
            let loop = try await host.attach(configuration)
            _ = try await loop.run {}
            let release = Flag()
            host.perform { while !release.isSet {} }
            await expectLag(of: loop, until: release)
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
