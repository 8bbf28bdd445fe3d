import Configuration
import EngineCore
import EngineRuntime
import EngineService
import EngineTesting
import Foundation
import InMemoryLogging
import Logging
import ServiceLifecycle
import TestSupport
import Testing

/// A configuration file that changes while requests run.
@Suite(.accountsForResources) struct ReloadTests {
    private let log = InMemoryLogHandler()
    private var logger: Logger { Logger(label: "test") { [log] _ in log } }

    private func text(_ paths: [String], _ rest: String = "") -> String {
        let paths = paths.map { "\"\($0)\"" }.joined(separator: ",")
        return #"{"engine": {"socketPaths": [\#(paths)]\#(rest)}}"#
    }

    /// What was logged as an error since the last call.
    private func errors() -> [InMemoryLogHandler.Entry] {
        defer { log.clear() }
        return log.entries.filter { $0.level == .error }
    }

    private func refusal(_ reloader: EngineConfigurationReloader) async -> EngineError? {
        await #expect(throws: EngineError.self) { try await reloader.reload() }
    }

    @Test func changesUnderLoadLoseNoRequest() async throws {
        let load = Load()
        try await withTemporaryDirectory { directory in
            try await withEmbeddedEngine(handler: load.engine("first")) { first in
                try await withEmbeddedEngine(handler: load.engine("second")) { second in
                    let (one, two) = (first.socketPath, second.socketPath)
                    var file = try ConfigurationFile(in: directory, "c.json", text([one]))
                    let reader = try await file.reader()
                    let engine = Engine(configuration: try .init(reading: reader))
                    let reloader = EngineConfigurationReloader(
                        engine, reading: reader, logger: logger)
                    try await load.run(engine) {
                        await load.waitFor(100, by: "first")
                        #expect(try await reloader.reload() == ["socketPaths"])

                        let wide = #","timeout": "9s", "retries": 2, "maximumConnections": 4"#
                        try file.replace(with: text([one, two], wide))
                        let changed = try await reloader.reload()
                        #expect(
                            changed == ["socketPaths", "retries", "timeout", "maximumConnections"])
                        #expect(engine.configuration.timeout == .seconds(9))
                        #expect(engine.configuration.retries == 2)
                        #expect(engine.configuration.maximumConnections == 4)
                        await load.waitFor(100, by: "first")
                        await load.waitFor(100, by: "second")

                        // Written into the same file: half of it is no configuration.
                        let moved = text([two], #","timeout": "8s""#)
                        try file.overwrite(with: String(moved.prefix(moved.count / 2)))
                        #expect(
                            await refusal(reloader)?.message == "the configuration can't be read")
                        #expect(engine.configuration.socketPaths == [one, two])
                        #expect(errors().count == 1)
                        await load.waitFor(100, by: "first")
                        try file.append(String(moved.dropFirst(moved.count / 2)))
                        #expect(
                            try await reloader.reload() == [
                                "socketPaths", "retries", "timeout", "maximumConnections",
                            ])
                        #expect(engine.configuration.timeout == .seconds(8))
                        #expect(engine.configuration.retries == 5)
                        await load.waitFor(100, by: "second")
                        let retired = load.executions(by: "first")
                        await load.waitFor(100, by: "second")
                        #expect(load.executions(by: "first") == retired)

                        // One value that is wrong, and one that is right.
                        try file.replace(with: text([one], #","timeout": "7s", "retries": -1"#))
                        let invalid = await refusal(reloader)?.underlying as? InvalidSetting
                        #expect(invalid?.name == "retries")
                        #expect(errors().map { $0.metadata["setting"] } == ["retries"])
                        try file.replace(with: text([one, one], #","timeout": "7s""#))
                        _ = await refusal(reloader)
                        #expect(errors().map { $0.metadata["setting"] } == ["socketPaths"])
                        #expect(engine.configuration.timeout == .seconds(8))
                        #expect(engine.configuration.socketPaths == [two])
                        await load.waitFor(100, by: "second")

                        try file.replace(with: text([one], #","timeout": "7s""#))
                        #expect(try await reloader.reload() == ["socketPaths", "timeout"])
                        #expect(engine.configuration.timeout == .seconds(7))
                        await load.waitFor(100, by: "first")
                        #expect(errors().isEmpty)
                    }
                    await engine.close()
                }
            }
        }
        #expect(load.failures.isEmpty)
        #expect(load.lost == 0)
        #expect(load.repeated.isEmpty)
    }

    @Test func whatStaysWrongIsToldOnce() async throws {
        try await withTemporaryDirectory { directory in
            var file = try ConfigurationFile(in: directory, "c.json", text(["/a"]))
            let reader = try await file.reader()
            let engine = Engine(configuration: try .init(reading: reader))
            let reloader = EngineConfigurationReloader(engine, reading: reader, logger: logger)
            try await reloader.reload()
            #expect(log.entries.isEmpty)

            for wrong in ["{", text(["/a"], #","retries": -1"#)] {
                try file.replace(with: wrong)
                for _ in 0..<3 { _ = await refusal(reloader) }
                #expect(errors().count == 1)
            }
            try file.remove()
            for _ in 0..<3 { _ = await refusal(reloader) }
            let gone = errors()
            #expect(gone.count == 1)
            #expect(gone.first?.metadata["reason"] != nil)
            #expect(engine.configuration.socketPaths == ["/a"])

            try file.replace(with: text(["/a"]))
            #expect(try await reloader.reload() == [])
            try file.replace(with: "{")
            _ = await refusal(reloader)
            #expect(errors().count == 1)
            try file.replace(with: text(["/b"]))
            #expect(try await reloader.reload() == ["socketPaths"])
            #expect(log.entries.map(\.level) == [.notice])
            #expect(log.entries.first?.metadata["settings"] == ["socketPaths"])
            await engine.close()
        }
    }

    @Test func aBrokenFileIsNotQuoted() async throws {
        try await withTemporaryDirectory { directory in
            var file = try ConfigurationFile(in: directory, "c.yaml", "engine: {retries: 1}")
            let reader = try await file.reader(YAMLSnapshot.self)
            let engine = Engine(configuration: try .init(reading: reader))
            let reloader = EngineConfigurationReloader(engine, reading: reader, logger: logger)
            try file.replace(with: "engine:\n  password: hunter2: x\n  - y")
            let error = await refusal(reloader)
            #expect(error?.message == "the configuration can't be read")
            #expect(error?.detail.contains("hunter2") == false)
            let told = errors()
            #expect(told.count == 1)
            #expect("\(told)".contains("hunter2") == false)
            #expect(engine.configuration.retries == 1)
            await engine.close()
        }
    }

    @Test func aSlowReloadDoesNotUndoALaterOne() async throws {
        let named = ConfigValue(.string("root"), isSecret: false)
        let provider = MutableInMemoryProvider(initialValues: ["expectedPeer.user": named])
        let reads = CountingReporter()
        let blockade = Blockade()
        var calls = SystemCalls()
        calls.userID = { _ in
            blockade.pass()
            return .success(0)
        }
        let engine = Engine(configuration: .init(), systemCalls: calls)
        let reloader = EngineConfigurationReloader(
            engine, reading: ConfigReader(provider: provider, accessReporter: reads),
            logger: logger)
        let slow = Task { try await reloader.reload() }
        await blockade.arrival()
        provider.setValue(nil, forKey: "expectedPeer.user")
        provider.setValue(ConfigValue(.int(7), isSecret: false), forKey: "retries")
        let later = Task { try await reloader.reload() }
        // Time enough to get ahead, for one that does not wait.
        for _ in 0..<1_000 { try await engine.runOnLoop {} }
        blockade.open()
        #expect(try await slow.value == ["expectedPeer.user"])
        #expect(try await later.value == ["retries", "expectedPeer.user"])
        #expect(engine.configuration.retries == 7)
        #expect(engine.configuration.expectedPeer == nil)
        await engine.close()
    }

    @Test func aClosedClientIsGivenNothing() async throws {
        let provider = MutableInMemoryProvider(initialValues: [:])
        let engine = Engine()
        let reloader = EngineConfigurationReloader(
            engine, reading: ConfigReader(provider: provider), logger: logger)
        await engine.close()
        let error = await refusal(reloader)
        #expect(error?.message == "the client is closed")
    }

    // MARK: As a service

    private func running(
        _ reloader: EngineConfigurationReloader, _ body: () async throws -> Void
    ) async throws {
        let group = ServiceGroup(
            services: [reloader], logger: Logger(label: "group") { _ in SwiftLogNoOpLogHandler() })
        async let service: Void = group.run()
        try await body()
        await group.triggerGracefulShutdown()
        try await service
    }

    @Test func aServiceLooksAtIntervals() async throws {
        try await withTemporaryDirectory { directory in
            var file = try ConfigurationFile(in: directory, "c.json", text(["/a"]))
            let reader = try await file.reader()
            let engine = Engine()
            let reloader = EngineConfigurationReloader(
                engine, reading: reader, interval: .milliseconds(1), logger: logger)
            try await running(reloader) {
                while engine.configuration.socketPath != "/a" { await Task.yield() }
                try file.replace(with: "{")
                while !log.entries.contains(where: { $0.level == .error }) { await Task.yield() }
                try file.replace(with: text(["/b"]))
                while engine.configuration.socketPath != "/b" { await Task.yield() }
            }
            await engine.close()
        }
    }

    @Test func aServiceLooksWhenItIsToldTo() async throws {
        try await withTemporaryDirectory { directory in
            var file = try ConfigurationFile(in: directory, "c.json", text(["/a"]))
            let reader = try await file.reader()
            let engine = Engine()
            let reloader = EngineConfigurationReloader(
                engine, reading: reader, interval: nil, logger: logger)
            try await running(reloader) {
                // From here on the signal is caught.
                while engine.configuration.socketPath != "/a" { await Task.yield() }
                try file.replace(with: text(["/b"]))
                kill(getpid(), SIGHUP)
                while engine.configuration.socketPath != "/b" { await Task.yield() }
            }
            await engine.close()
        }
    }

    @Test func aServiceFollowsProviders() async throws {
        let provider = MutableInMemoryProvider(initialValues: ["retries": 1])
        let engine = Engine()
        let reloader = EngineConfigurationReloader(
            engine, reading: ConfigReader(provider: provider), interval: nil, logger: logger)
        try await running(reloader) {
            while engine.configuration.retries != 1 { await Task.yield() }
            provider.setValue(ConfigValue(.int(2), isSecret: false), forKey: "retries")
            while engine.configuration.retries != 2 { await Task.yield() }
        }
        await engine.close()
    }
}

/// Counts how often a value was asked for.
private final class CountingReporter: AccessReporter {
    private let reads = Locked(0)

    var count: Int { reads.withLock { $0 } }

    func report(_ event: AccessEvent) {
        if case .get = event.metadata.accessKind { reads.withLock { $0 += 1 } }
    }
}
