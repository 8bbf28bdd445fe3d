import EngineRuntime
import TestSupport
import Testing

@Suite(.accountsForResources, .timeLimit(.minutes(20))) struct HostLoopTests {
    private func attach(
        to host: HostLoop, _ configuration: EngineLoop.Configuration = .init()
    ) throws(LibUVError) -> EngineLoop {
        unsafe try EngineLoop(attachedTo: host.pointer, configuration: configuration)
    }

    /// What happened, from any thread.
    private final class Journal: Sendable {
        private let lines = Locked<[String]>([])
        func note(_ line: String) { lines.withLock { $0.append(line) } }
        var all: [String] { lines.withLock { $0 } }
    }

    @Test func theHostGoesOnAfterTheShutdown() async throws {
        let result = try await withHostLoop { host in
            let loop = try await host.attach()
            #expect(try await loop.run { loop.isOnLoopThread })
            #expect(!loop.isOnLoopThread)
            await loop.shutdown()
            await loop.shutdown()
            #expect(host.isDataUntouched)
            // Nobody has stopped the host, or closed what is the host's.
            await host.nextTick()
            await host.nextTick()
            #expect(throws: LibUVError.canceled) { try loop.start() }
        }
        #expect(result == 0)
    }

    @Test func jobsOfManyThreadsAllRunOnce() async throws {
        let result = try await withHostLoop { host in
            let loop = try await host.attach()
            let bound = Counter(loop: loop)
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<32 {
                    group.addTask { for _ in 0..<100 { await bound.increment() } }
                }
            }
            #expect(await bound.count == 32 * 100)
            // In a callback of the host's one is on the loop.
            host.perform { bound.assumeIsolated { $0.increment() } }
            while await bound.count < 32 * 100 + 1 { await Task.yield() }
            await loop.shutdown()
        }
        #expect(result == 0)
    }

    private actor Counter {
        nonisolated let loop: EngineLoop
        nonisolated var unownedExecutor: UnownedSerialExecutor {
            unsafe loop.serialExecutor.asUnownedSerialExecutor()
        }
        private(set) var count = 0
        init(loop: EngineLoop) { self.loop = loop }
        func increment() { count += 1 }
    }

    @Test func shutdownClosesOnlyWhatIsOurs() async throws {
        let result = try await withHostLoop { host in
            let loop = try await host.attach()
            let journal = Journal()
            try await loop.run {
                for number in 0..<3 {
                    _ = try LoopTimer(on: loop, onClose: { journal.note("\(number)") }, action: {})
                }
                // One that goes before the others do.
                try LoopTimer(on: loop, action: {}).close()
            }
            await loop.shutdown()
            #expect(journal.all.sorted() == ["0", "1", "2"])
            await host.nextTick()
        }
        #expect(result == 0)
    }

    @Test func withNothingToDoTheHostsLoopEnds() async throws {
        let journal = try await onThread { () -> Result<[String], LibUVError> in
            do throws(LibUVError) { return .success(try runDry()) } catch { return .failure(error) }
        }.get()
        #expect(journal == ["dry", "job of the thread", "close callback", "its job", "EBUSY", "0"])
    }

    private func runDry() throws(LibUVError) -> [String] {
        let journal = Journal()
        let host = HostLoop(goesOn: false)
        let loop = try attach(to: host)
        // Returns, although attached handles are open.
        host.run()
        journal.note("dry")
        // Work on the loop's thread keeps it going, whenever it is made.
        Task(executorPreference: loop.taskExecutor) {
            journal.note("job of the thread")
            let timer = try LoopTimer(
                on: loop,
                onClose: {
                    journal.note("close callback")
                    Task(executorPreference: loop.taskExecutor) { journal.note("its job") }
                }, action: {})
            timer.close()
        }
        host.run()
        journal.note(LibUVError(code: host.close()).name)
        loop.beginShutdown()
        host.run()
        journal.note("\(host.close())")
        return journal.all
    }

    @Test func workSentWhileAttachingRuns() async throws {
        let journal = Journal()
        let host = HostLoop()
        host.perform {
            host.closeHandles()
            guard let loop = try? attach(to: host) else { return }
            Task(executorPreference: loop.taskExecutor) {
                journal.note("\(loop.isOnLoopThread)")
                loop.beginShutdown()
            }
        }
        let result = await onThread {
            host.run()
            return host.close()
        }
        #expect(journal.all == ["true"])
        #expect(result == 0)
    }

    @Test func shutdownIsTheLastThingThatAHostDoes() async throws {
        let host = HostLoop()
        async let result = onThread {
            host.run()
            return host.close()
        }
        let loop = try await host.attach()
        _ = try await loop.run {}
        host.perform {
            host.closeHandles()
            loop.beginShutdown()
        }
        #expect(await result == 0)
        await loop.shutdown()
    }

    @Test func shutdownBeforeTheFirstTurn() async throws {
        let result = await onThread { () -> Result<Int32, LibUVError> in
            do throws(LibUVError) {
                let host = HostLoop(goesOn: false)
                let loop = try attach(to: host)
                loop.beginShutdown()
                host.run()
                return .success(host.close())
            } catch {
                return .failure(error)
            }
        }
        #expect(try result.get() == 0)
    }

    @Test func aHostThatHasNothingElseGoesOnIfAsked() async throws {
        var configuration = EngineLoop.Configuration()
        configuration.keepsHostLoopAlive = true
        let host = HostLoop(goesOn: false)
        let loop = try attach(to: host, configuration)
        async let result = onThread {
            host.run()
            return host.close()
        }
        for _ in 0..<100 { _ = try await loop.run {} }
        await loop.shutdown()
        #expect(await result == 0)
    }

    @Test func shutdownWaitsForTheThreadPool() async throws {
        let result = try await withHostLoop { host in
            let loop = try await host.attach()
            let hasBegun = Flag()
            let isReleased = Flag()
            let journal = Journal()
            let work = Task {
                try await loop.offload {
                    hasBegun.set()
                    while !isReleased.isSet {}
                    journal.note("work")
                }
            }
            while !hasBegun.isSet { await Task.yield() }
            loop.beginShutdown()
            await host.nextTick()
            isReleased.set()
            await loop.shutdown()
            journal.note("shutdown")
            try await work.value
            #expect(journal.all == ["work", "shutdown"])
        }
        #expect(result == 0)
    }

    @Test func lookingForEventsLetsTheHostsTimersFire() async throws {
        var configuration = EngineLoop.Configuration()
        configuration.busyPoll = .milliseconds(5)
        let host = HostLoop()
        let loop = try attach(to: host, configuration)
        async let result = onThread {
            host.run()
            return host.close()
        }
        for _ in 0..<20 {
            _ = try await loop.run {}
            await host.nextTick()
        }
        await loop.shutdown()
        host.perform { host.closeHandles() }
        #expect(await result == 0)
    }

    @Test func theHostsThreadGetsItsSignalMaskBack() async throws {
        let result = try await withHostLoop { host in
            let before = await isBlocked(on: host)
            let loop = try await host.attach()
            _ = try await loop.run {}
            #expect(await isBlocked(on: host))
            await loop.shutdown()
            #expect(await isBlocked(on: host) == before)
        }
        #expect(result == 0)
    }

    private func isBlocked(on host: HostLoop) async -> Bool {
        await withCheckedContinuation { continuation in
            host.perform { continuation.resume(returning: isBrokenPipeBlocked()) }
        }
    }
}
