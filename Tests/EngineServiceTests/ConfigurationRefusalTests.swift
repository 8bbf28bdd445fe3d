import Configuration
import EngineCore
import EngineService
import Foundation
import TestSupport
import Testing

/// What is there and wrong is named, and never passes for missing.
@Suite struct ConfigurationRefusalTests {
    private static let wrongTexts: [(key: String, text: String)] = [
        ("balancing", "LeastRequests"), ("balancing", ""),
        ("retries", "-1"), ("retries", "two"), ("retries", "2.5"), ("retries", "none"),
        ("timeout", "-7"), ("timeout", "-7s"), ("timeout", "7 s"), ("timeout", "7S"),
        ("timeout", "1.s"), ("timeout", ".5s"), ("timeout", "1.2.3s"),
        ("timeout", "0.5ns"), ("timeout", "1e3s"), ("timeout", "0s"), ("timeout", "nil"),
        ("timeout", "s"),
        ("timeout", "9223372036854775807s"), ("timeout", "99999999999999999999s"),
        ("stallTimeout", "0s"), ("totalTimeout", "-1s"),
        ("phaseTimeouts.waiting", "0ms"), ("phaseTimeouts.connecting", "0"),
        ("phaseTimeouts.writing", "10 ms"), ("phaseTimeouts.betweenBytes", "-1s"),
        ("phaseTimeouts.firstByte", "soon"),
        ("backoff.base", "-1ms"), ("backoff.maximum", "1ns"), ("shutdownTimeout", "later"),
        ("logRepeatInterval", "-1s"),
        ("maximumConnections", "0"), ("maximumQueueLength", "-1"), ("idleTimeout", "0s"),
        ("maximumConnectionAge", "old"),
        ("limits.headSize", "0"), ("limits.fieldCount", "many"), ("limits.bodySize", "-1"),
        ("limits.interimResponseCount", "-1"), ("requestLimits.targetSize", "0"),
        ("requestLimits.fieldSize", "all"), ("requestLimits.fieldCount", "-1"),
        ("acceptsCompression", "gzip"),
        ("rejectsWhenUnhealthy", "maybe"), ("rejectsWhenUnhealthy", "2"),
        ("health.failureThreshold", "0"), ("health.openInterval", "one"),
        ("health.maximumOpenInterval", "1 min"), ("health.trialSuccesses", "0"),
        ("health.slowStart", "slow"),
        ("healthCheck.path", "status"), ("healthCheck.path", "/a b"), ("healthCheck.path", ""),
        ("healthCheck.interval", "x"), ("healthCheck.timeout", "0s"), ("healthCheck.expects", "ok"),
        ("expectedPeer.user", ""), ("expectedPeer.user", "4294967296"),
        ("expectedPeer.groupID", "wheel"), ("socketFile.ownerID", "-1"),
        ("socketFile.allowedPermissions", "0888"), ("socketFile.allowedPermissions", "17777"),
        ("socketPaths", "/a,/a"),
    ]

    private func refusal(of reader: ConfigReader) -> EngineError? {
        let error = #expect(throws: EngineError.self) {
            try EngineConfiguration(reading: reader)
        }
        #expect(error?.code == .unexpected)
        return error
    }

    @Test(arguments: wrongTexts)
    func wrongTextsAreNamed(_ key: String, _ text: String) {
        let error = refusal(of: environment([key: text]))
        let invalid = error?.underlying as? InvalidSetting
        #expect(invalid?.name == key)
        #expect(error?.message.contains(key) == true)
        #expect(invalid.map { error?.message.hasSuffix("must be \($0.rule)") == true } == true)
    }

    @Test func everySettingHasAWrongText() {
        #expect(
            Set(Self.wrongTexts.map(\.key)) == Set(EngineSetting.all.map(\.key)))
    }

    @Test func theValueIsNotTold() {
        let secret = "hunter2"
        for setting in EngineSetting.all where setting.key != "socketPaths" {
            // These two take any word.
            if setting.key == "expectedPeer.user" { continue }
            let error = refusal(of: environment([setting.key: secret]))
            #expect("\(String(describing: error)) \(error?.detail ?? "")".contains(secret) == false)
        }
    }

    // A getter answers nil for a value of another type, as it does for none.
    @Test func valuesOfAnotherTypeAreNotMissing() {
        let values: [ConfigContent] = [
            .string("x y"), .int(-5), .double(0.5), .bool(true), .stringArray(["a", "b"]),
            .intArray([1]), .doubleArray([0.5]), .boolArray([true]),
        ]
        let right: [String: (ConfigContent) -> Bool] = [
            "socketPaths": { if case .stringArray = $0 { true } else { false } },
            "acceptsCompression": { if case .bool = $0 { true } else { false } },
            "rejectsWhenUnhealthy": { if case .bool = $0 { true } else { false } },
            "expectedPeer.user": { if case .string = $0 { true } else { false } },
        ]
        for setting in EngineSetting.all {
            for value in values where right[setting.key]?(value) != true {
                // A number alone counts seconds.
                if setting.unit.hasPrefix("duration"), case .double = value { continue }
                let key = AbsoluteConfigKey(ConfigKey(setting.key))
                let reader = ConfigReader(
                    provider: InMemoryProvider(values: [key: ConfigValue(value, isSecret: false)]))
                let invalid = refusal(of: reader)?.underlying as? InvalidSetting
                #expect(invalid?.name == setting.key, "\(value)")
            }
        }
    }

    @Test func aWrongValueHidesNoRightOneBehindIt() {
        let reader = ConfigReader(providers: [
            EnvironmentVariablesProvider(environmentVariables: ["RETRIES": "two"]),
            InMemoryProvider(values: ["retries": 2]),
        ])
        #expect((refusal(of: reader)?.underlying as? InvalidSetting)?.name == "retries")
    }

    @Test func pathsAreCheckedAsTheyAreInPrograms() {
        let none = ConfigReader(
            provider: InMemoryProvider(
                values: ["socketPaths": ConfigValue(.stringArray([]), isSecret: false)]))
        #expect((refusal(of: none)?.underlying as? InvalidSetting)?.name == "socketPaths")
        let other = #expect(throws: EngineError.self) {
            try EngineConfiguration(reading: environment(["socketPaths": "tcp://host"]))
        }
        #expect(other?.code == .unsupportedProtocol)
    }
}
