internal import Configuration
internal import EngineCore

/// One setting of a client as configuration files, the environment and command lines have it.
package struct EngineSetting: Sendable {
    /// What a change while the client runs holds for.
    package enum Effect: String, Sendable {
        case atOnce = "at once"
        case nextRequests = "next requests"
        case nextConnections = "next connections"
        case nextCheck = "next check"
        case shutdown = "shutdown"
    }

    /// Its name, which is that of the property.
    package let key: String
    /// What its value is counted in, or the words that it can be.
    package let unit: String
    /// What a value must be.
    package let rule: String
    /// The value that a client has without it, as it would be written.
    package let defaultText: String
    package let effect: Effect
    let read: @Sendable (SettingReader, inout EngineConfiguration) throws(EngineError) -> Void
}

extension EngineSetting {
    /// The settings that are there, valid or not, as they are written.
    static func written(in values: ConfigSnapshotReader) -> [String: String] {
        let reader = SettingReader(values: values)
        var settings: [String: String] = [:]
        for setting in all { settings[setting.key] = reader.raw(setting.key) }
        return settings
    }
}

// Kinds of settings.
extension EngineSetting {
    typealias Path<Value> = any WritableKeyPath<EngineConfiguration, Value> & Sendable

    static func duration(
        _ key: String, _ effect: Effect, _ path: Path<Duration>
    ) -> EngineSetting {
        let rule = DurationText.rule
        let text = DurationText.text(EngineConfiguration()[keyPath: path])
        return EngineSetting(
            key: key, unit: "duration", rule: rule, defaultText: text, effect: effect
        ) { reader, configuration throws(EngineError) in
            let value = try reader.duration(key)
            if let value { configuration[keyPath: path] = value }
        }
    }

    /// A time limit, where none is `Duration.unlimited`.
    static func limit(
        _ key: String, _ effect: Effect, allowsZero: Bool = false, _ path: Path<Duration>
    ) -> EngineSetting {
        let rule = orNone(allowsZero ? DurationText.rule : limitRule)
        let value = EngineConfiguration()[keyPath: path]
        let text = value == .unlimited ? SettingReader.none : DurationText.text(value)
        return EngineSetting(
            key: key, unit: orNone("duration"), rule: rule, defaultText: text, effect: effect
        ) { reader, configuration throws(EngineError) in
            let parse = allowsZero ? DurationText.duration : positiveDuration
            switch try reader.optionalDuration(key, rule: rule, parse) {
            case .none: break
            case .some(let value): configuration[keyPath: path] = value ?? .unlimited
            }
        }
    }

    static let limitRule = "\(DurationText.rule), more than 0"

    static func positiveDuration(_ text: String) -> Duration? {
        DurationText.duration(text).flatMap { $0 > .zero ? $0 : nil }
    }

    static func optionalDuration(
        _ key: String, _ effect: Effect, _ path: Path<Duration?>
    ) -> EngineSetting {
        let rule = orNone(limitRule)
        let text = EngineConfiguration()[keyPath: path].map(DurationText.text)
        return EngineSetting(
            key: key, unit: orNone("duration"), rule: rule,
            defaultText: text ?? SettingReader.none, effect: effect
        ) { reader, configuration throws(EngineError) in
            let value = try reader.optionalDuration(key, rule: rule, positiveDuration)
            if let value { configuration[keyPath: path] = value }
        }
    }

    /// - Parameter unit: What is counted, in words that follow the number.
    static func count(
        _ key: String, _ unit: String, atLeast minimum: Int, _ effect: Effect, _ path: Path<Int>
    ) -> EngineSetting {
        let rule = "a whole number of \(unit), \(minimum) or more"
        let text = "\(EngineConfiguration()[keyPath: path])"
        return EngineSetting(key: key, unit: unit, rule: rule, defaultText: text, effect: effect) {
            reader, configuration throws(EngineError) in
            guard let value = try reader.integer(key, rule: rule) else { return }
            guard value >= minimum else { throw .invalid(key, rule) }
            configuration[keyPath: path] = value
        }
    }

    /// - Parameter unit: What is counted, in words that follow the number.
    static func optionalCount(
        _ key: String, _ unit: String, atLeast minimum: Int, _ effect: Effect, _ path: Path<Int?>
    ) -> EngineSetting {
        let rule = orNone("a whole number of \(unit), \(minimum) or more")
        let text = EngineConfiguration()[keyPath: path].map { "\($0)" }
        return EngineSetting(
            key: key, unit: orNone(unit), rule: rule, defaultText: text ?? SettingReader.none,
            effect: effect
        ) { reader, configuration throws(EngineError) in
            let value = try reader.optional(key, rule: rule) { text in
                Int(text).flatMap { $0 >= minimum ? $0 : nil }
            }
            if let value { configuration[keyPath: path] = value }
        }
    }

    static func flag(_ key: String, _ effect: Effect, _ path: Path<Bool>) -> EngineSetting {
        let rule = "true or false"
        let text = "\(EngineConfiguration()[keyPath: path])"
        return EngineSetting(key: key, unit: rule, rule: rule, defaultText: text, effect: effect) {
            reader, configuration throws(EngineError) in
            let value = try reader.flag(key, rule: rule)
            if let value { configuration[keyPath: path] = value }
        }
    }

    static func word<Word: RawRepresentable<String> & CaseIterable & Sendable>(
        _ key: String, _ effect: Effect, _ path: Path<Word>
    ) -> EngineSetting {
        let rule = "one of \(words(Word.self))"
        let text = EngineConfiguration()[keyPath: path].rawValue
        return EngineSetting(
            key: key, unit: words(Word.self), rule: rule, defaultText: text, effect: effect
        ) { reader, configuration throws(EngineError) in
            let value = try reader.parsed(key, rule: rule, Word.init(rawValue:))
            if let value { configuration[keyPath: path] = value }
        }
    }

    static func orNone(_ rule: String) -> String { "\(rule), or \(SettingReader.none)" }

    static func words<Word: RawRepresentable<String> & CaseIterable>(_: Word.Type) -> String {
        Word.allCases.map(\.rawValue).joined(separator: ", ")
    }
}
