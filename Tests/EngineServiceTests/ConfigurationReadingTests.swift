import Configuration
import EngineCore
import EngineModules
import EngineService
import EngineTesting
import Foundation
import TestSupport
import Testing

/// Every setting from every kind of source.
@Suite struct ConfigurationReadingTests {
    // Parts of a setting that is code in programs, and a word in files.
    private let namesInFiles = [
        "healthCheck.request": "healthCheck.path", "healthCheck.isReady": "healthCheck.expects",
    ]

    // What only a program can have.
    private let namesInPrograms = ["logger", "metricsFactory", "tracer"]

    /// The names of all stored properties, those of structures within it as paths.
    private func properties(of value: Any, _ name: String = "") -> [String] {
        var mirror = Mirror(reflecting: value)
        if mirror.displayStyle == .optional, let (_, wrapped) = mirror.children.first {
            mirror = Mirror(reflecting: wrapped)
        }
        let isOurs = "\(String(reflecting: mirror.subjectType))".hasPrefix("Engine")
        let isLeaf = name == "healthCheck.request" || mirror.displayStyle != .struct || !isOurs
        if isLeaf { return [name] }
        return mirror.children.flatMap { label, value in
            properties(
                of: value, [name, label ?? ""].filter { !$0.isEmpty }.joined(separator: "."))
        }
    }

    @Test func everyPropertyIsASetting() {
        let names = properties(of: sampleConfiguration())
            .filter { !namesInPrograms.contains($0) }.map { namesInFiles[$0] ?? $0 }
        #expect(names.sorted() == EngineSetting.all.map(\.key).sorted())
        #expect(names.sorted() == samples.keys.sorted())
    }

    @Test func nothingSetIsTheDefault() throws {
        let configuration = try EngineConfiguration(reading: environment([:]))
        #expect(configuration.description == EngineConfiguration().description)
    }

    @Test func theDefaultsThatAreToldAreTheDefaults() throws {
        let told = EngineSetting.all.map { ($0.key, $0.defaultText) }
        let configuration = try EngineConfiguration(
            reading: environment(Dictionary(uniqueKeysWithValues: told)))
        #expect(configuration.description == EngineConfiguration().description)
        // Those of a check show when there is one.
        let check = told.filter { $0.0 != "healthCheck.path" } + [("healthCheck.path", "/x")]
        let checking = try EngineConfiguration(
            reading: environment(Dictionary(uniqueKeysWithValues: check)))
        let expected = HealthCheck(EngineRequest(.get, "/x"))
        #expect(checking.healthCheck?.interval == expected.interval)
        #expect(checking.healthCheck?.timeout == expected.timeout)
        #expect(checking.healthCheck?.isReady(EngineResponse(status: 204)) == true)
    }

    @Test func environmentVariables() throws {
        let configuration = try EngineConfiguration(reading: environment(samples))
        #expect(configuration.description == sampleConfiguration().description)
    }

    @Test func commandLines() throws {
        let options = samples.map { key, value in
            let name = environmentName(key).lowercased().replacing("_", with: "-")
            return "--\(name)=\(value)"
        }
        let reader = ConfigReader(
            provider: CommandLineArgumentsProvider(arguments: ["daemon"] + options))
        let configuration = try EngineConfiguration(reading: reader.scoped(to: "engine"))
        #expect(configuration.description == sampleConfiguration().description)
    }

    @Test(.accountsForResources) func files() async throws {
        let yaml = """
            engine:
              socketPaths: [/run/a.sock, /run/b.sock]
              balancing: failover
              retries: 2
              timeout: 7s
              stallTimeout: 8s
              totalTimeout: 9min
              phaseTimeouts:
                waiting: 11ms
                connecting: 12ms
                writing: 13ms
                firstByte: 14ms
                betweenBytes: 15ms
              backoff: {base: 16us, maximum: 17min}
              shutdownTimeout: 18h
              logRepeatInterval: 35s
              maximumConnections: 19
              maximumQueueLength: 20
              idleTimeout: 21ns
              maximumConnectionAge: 22s
              limits: {headSize: 23, fieldCount: 24, bodySize: 25, interimResponseCount: 36}
              requestLimits: {targetSize: 37, fieldSize: none, fieldCount: 38}
              acceptsCompression: true
              rejectsWhenUnhealthy: true
              health:
                failureThreshold: 26
                openInterval: 27s
                maximumOpenInterval: 28s
                trialSuccesses: 29
                slowStart: 30s
              healthCheck: {path: /status, interval: 31s, timeout: 32s, expects: ready}
              expectedPeer: {user: engine, groupID: 33}
              socketFile: {ownerID: 34, allowedPermissions: "0640"}
            """
        let json = """
            {"engine": {
              "socketPaths": ["/run/a.sock", "/run/b.sock"], "balancing": "failover",
              "retries": 2, "timeout": "7s", "stallTimeout": "8s", "totalTimeout": "9min",
              "phaseTimeouts": {"waiting": "11ms", "connecting": "12ms", "writing": "13ms",
                "firstByte": "14ms", "betweenBytes": "15ms"},
              "backoff": {"base": "16us", "maximum": "17min"}, "shutdownTimeout": "18h",
              "logRepeatInterval": "35s",
              "maximumConnections": 19, "maximumQueueLength": 20, "idleTimeout": "21ns",
              "maximumConnectionAge": "22s",
              "limits": {"headSize": 23, "fieldCount": 24, "bodySize": 25,
                "interimResponseCount": 36},
              "requestLimits": {"targetSize": 37, "fieldSize": "none", "fieldCount": 38},
              "acceptsCompression": true,
              "rejectsWhenUnhealthy": true,
              "health": {"failureThreshold": 26, "openInterval": "27s",
                "maximumOpenInterval": "28s", "trialSuccesses": 29, "slowStart": "30s"},
              "healthCheck": {"path": "/status", "interval": "31s", "timeout": "32s",
                "expects": "ready"},
              "expectedPeer": {"user": "engine", "groupID": 33},
              "socketFile": {"ownerID": 34, "allowedPermissions": "0640"}
            }}
            """
        try await withTemporaryDirectory { directory in
            let readers = [
                try await ConfigurationFile(in: directory, "c.yaml", yaml).reader(
                    YAMLSnapshot.self),
                try await ConfigurationFile(in: directory, "c.json", json).reader(
                    JSONSnapshot.self),
            ]
            for reader in readers {
                let configuration = try EngineConfiguration(reading: reader)
                #expect(configuration.description == sampleConfiguration().description)
            }
        }
    }

    @Test func aNumberAloneCountsSeconds() throws {
        let reader = ConfigReader(
            provider: InMemoryProvider(values: ["timeout": 7, "idleTimeout": 1.5]))
        let configuration = try EngineConfiguration(reading: reader)
        #expect(configuration.timeout == .seconds(7))
        #expect(configuration.idleTimeout == .milliseconds(1_500))
    }

    @Test func theFirstProviderDecides() throws {
        let reader = ConfigReader(providers: [
            CommandLineArgumentsProvider(arguments: ["daemon", "--retries", "1"]),
            EnvironmentVariablesProvider(environmentVariables: ["RETRIES": "2", "TIMEOUT": "2s"]),
            InMemoryProvider(values: ["retries": 3, "timeout": "3s", "idleTimeout": "3s"]),
        ])
        var defaults = EngineConfiguration(socketPath: "/run/default.sock", retries: 4)
        defaults.idleTimeout = .seconds(4)
        defaults.maximumConnections = 4
        let configuration = try EngineConfiguration(reading: reader, defaults: defaults)
        #expect(configuration.retries == 1)
        #expect(configuration.timeout == .seconds(2))
        #expect(configuration.idleTimeout == .seconds(3))
        #expect(configuration.maximumConnections == 4)
        #expect(configuration.socketPaths == ["/run/default.sock"])
    }

    @Test func whatIsNoneIsOffWhateverTheDefaults() throws {
        let none = EngineSetting.all.filter { $0.defaultText == "none" }
        let reader = environment(
            Dictionary(uniqueKeysWithValues: none.map { ($0.key, $0.defaultText) }))
        let configuration = try EngineConfiguration(
            reading: reader, defaults: sampleConfiguration())
        #expect(configuration.phaseTimeouts == PhaseTimeouts())
        #expect(configuration.healthCheck == nil)
        #expect(configuration.expectedPeer == nil)
        #expect(configuration.socketFile == nil)
        #expect(configuration.retries == 2)
    }

    @Test func timeLimitsCanBeNone() throws {
        let limits = [
            "timeout", "stallTimeout", "totalTimeout", "shutdownTimeout", "idleTimeout",
            "maximumConnectionAge", "healthCheck.timeout",
        ]
        let reader = environment(Dictionary(uniqueKeysWithValues: limits.map { ($0, "none") }))
        let configuration = try EngineConfiguration(
            reading: reader, defaults: sampleConfiguration())
        #expect(configuration.timeout == .unlimited)
        #expect(configuration.stallTimeout == .unlimited)
        #expect(configuration.totalTimeout == .unlimited)
        #expect(configuration.shutdownTimeout == .unlimited)
        #expect(configuration.idleTimeout == .unlimited)
        #expect(configuration.maximumConnectionAge == .unlimited)
        #expect(configuration.healthCheck?.timeout == .unlimited)
    }

    @Test func aSocketFileIsRequiredAsFarAsItIsSet() throws {
        let owned = try EngineConfiguration(reading: environment(["socketFile.ownerID": "7"]))
        #expect(owned.socketFile == SocketFileRequirement(ownerID: 7))
        let tight = try EngineConfiguration(
            reading: environment(["socketFile.allowedPermissions": "600"]))
        #expect(tight.socketFile == SocketFileRequirement(allowedPermissions: 0o600))
        let loose = try EngineConfiguration(
            reading: environment([
                "socketFile.ownerID": "7", "socketFile.allowedPermissions": "none",
            ]))
        #expect(loose.socketFile == SocketFileRequirement(ownerID: 7, allowedPermissions: 0o7777))
        let numbered = try EngineConfiguration(reading: environment(["expectedPeer.user": "7"]))
        #expect(numbered.expectedPeer == ExpectedPeer(user: .id(7)))
    }

    @Test(.accountsForResources) func checksExpectWhatTheySay() async throws {
        try await withEmbeddedEngine { server in
            let engine = Engine(configuration: .init(socketPath: server.socketPath))
            let unready = try await engine.execute(.init(.get, "/status"))
            await engine.close()
            for (word, takesUnready) in [("success", true), ("ready", false)] {
                let check = try EngineConfiguration(
                    reading: environment([
                        "healthCheck.path": "/status", "healthCheck.expects": word,
                    ])
                ).healthCheck
                #expect(check?.isReady(unready) == takesUnready)
                #expect(check?.isReady(EngineResponse(status: 500)) == false)
                let ready = EngineResponse(
                    status: 200,
                    body: Array(
                        unready.text.replacing(#""ready":false"#, with: #""ready":true"#).utf8))
                #expect(ready != unready)
                #expect(check?.isReady(ready) == true)
            }
        }
    }
}
