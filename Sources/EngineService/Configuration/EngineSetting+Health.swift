internal import EngineCore
internal import EngineModules

extension EngineSetting {
    /// How engines that are not well are found and left alone.
    static let health: [EngineSetting] = [
        .flag("rejectsWhenUnhealthy", .atOnce, \.rejectsWhenUnhealthy),
        .count(
            "health.failureThreshold", "failures", atLeast: 1, .atOnce, \.health.failureThreshold),
        .duration("health.openInterval", .atOnce, \.health.openInterval),
        .duration("health.maximumOpenInterval", .atOnce, \.health.maximumOpenInterval),
        .count("health.trialSuccesses", "answers", atLeast: 1, .atOnce, \.health.trialSuccesses),
        .duration("health.slowStart", .atOnce, \.health.slowStart),
        checkedPath, checkInterval, checkTimeout, expectedAnswer,
    ]

    // What a check has that says no more than a path.
    private static func check(of path: String) -> HealthCheck {
        HealthCheck(EngineRequest(.get, path))
    }

    // First of its group: the others change what it leaves.
    private static let checkedPath: EngineSetting = {
        let key = "healthCheck.path"
        let rule = orNone("a path that begins with /")
        return EngineSetting(
            key: key, unit: orNone("path"), rule: rule, defaultText: SettingReader.none,
            effect: .nextCheck
        ) { reader, configuration throws(EngineError) in
            let isValid = { (path: String) in
                path.hasPrefix("/") && path.utf8.allSatisfy { (0x21...0x7e).contains($0) }
            }
            switch try reader.optional(key, rule: rule, { isValid($0) ? $0 : nil }) {
            case .none: break
            case .some(.none): configuration.healthCheck = nil
            case .some(.some(let path)):
                var check = configuration.healthCheck ?? check(of: path)
                check.request = EngineRequest(.get, path)
                configuration.healthCheck = check
            }
        }
    }()

    private static let checkInterval: EngineSetting = {
        let key = "healthCheck.interval"
        let text = DurationText.text(check(of: "/").interval)
        return EngineSetting(
            key: key, unit: "duration", rule: limitRule, defaultText: text, effect: .nextCheck
        ) { reader, configuration throws(EngineError) in
            let value = try reader.duration(key, rule: limitRule, positiveDuration)
            if let value { configuration.healthCheck?.interval = value }
        }
    }()

    private static let checkTimeout: EngineSetting = {
        let key = "healthCheck.timeout"
        let rule = orNone(limitRule)
        let text = DurationText.text(check(of: "/").timeout)
        return EngineSetting(
            key: key, unit: orNone("duration"), rule: rule, defaultText: text, effect: .nextCheck
        ) { reader, configuration throws(EngineError) in
            let value = try reader.optionalDuration(key, rule: rule, positiveDuration)
            if let value { configuration.healthCheck?.timeout = value ?? .unlimited }
        }
    }()

    /// What an answer must be for the engine to get requests.
    private enum ExpectedAnswer: String, CaseIterable {
        /// Any status of 2xx.
        case success
        /// A status report of a Wazuh Engine that says so.
        case ready
    }

    private static let expectedAnswer: EngineSetting = {
        let key = "healthCheck.expects"
        let unit = words(ExpectedAnswer.self)
        let rule = "one of \(unit)"
        return EngineSetting(
            key: key, unit: unit, rule: rule, defaultText: ExpectedAnswer.success.rawValue,
            effect: .nextCheck
        ) { reader, configuration throws(EngineError) in
            switch try reader.parsed(key, rule: rule, ExpectedAnswer.init(rawValue:)) {
            case nil: break
            case .success?: configuration.healthCheck?.isReady = check(of: "/").isReady
            case .ready?: configuration.healthCheck?.isReady = HealthCheck.engineStatus().isReady
            }
        }
    }()
}
