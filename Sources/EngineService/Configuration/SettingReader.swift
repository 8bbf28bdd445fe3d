internal import Configuration
internal import EngineCore

/// Reads settings without letting one that is there but wrong pass for one that is missing.
struct SettingReader {
    let values: ConfigSnapshotReader

    /// What a setting that is none says.
    static let none = "none"

    // MARK: Kinds of values

    func integer(_ key: String, rule: String) throws(EngineError) -> Int? {
        if let value = values.int(forKey: ConfigKey(key)) { return value }
        return try missing(key, rule)
    }

    func flag(_ key: String, rule: String) throws(EngineError) -> Bool? {
        if let value = values.bool(forKey: ConfigKey(key)) { return value }
        return try missing(key, rule)
    }

    func list(_ key: String, rule: String) throws(EngineError) -> [String]? {
        if let value = values.stringArray(forKey: ConfigKey(key)) { return value }
        return try missing(key, rule)
    }

    /// A value that is written as text, or as a number that is meant as one.
    func parsed<Value>(
        _ key: String, rule: String, orElse other: @autoclosure () -> String? = nil,
        _ parse: (String) -> Value?
    ) throws(EngineError) -> Value? {
        let text =
            values.string(forKey: ConfigKey(key))
            ?? values.int(forKey: ConfigKey(key)).map(String.init) ?? other()
        guard let text else { return try missing(key, rule) }
        guard let value = parse(text) else { throw .invalid(key, rule) }
        return value
    }

    /// A duration, which a number alone can be.
    func duration(
        _ key: String, rule: String = DurationText.rule,
        _ parse: (String) -> Duration? = DurationText.duration
    ) throws(EngineError) -> Duration? {
        try parsed(key, rule: rule, orElse: fraction(key), parse)
    }

    /// The same for one that can be switched off; the inner nil is that.
    func optionalDuration(
        _ key: String, rule: String, _ parse: (String) -> Duration?
    ) throws(EngineError) -> Duration?? {
        try parsed(key, rule: rule, orElse: fraction(key)) { text -> Duration?? in
            text == Self.none ? .some(nil) : parse(text).map { .some($0) }
        }
    }

    private func fraction(_ key: String) -> String? {
        values.double(forKey: ConfigKey(key)).map { "\($0)" }
    }

    /// The same for what can be switched off; the inner nil is that.
    func optional<Value>(
        _ key: String, rule: String, _ parse: (String) -> Value?
    ) throws(EngineError) -> Value?? {
        try parsed(key, rule: rule) { text -> Value?? in
            text == Self.none ? .some(nil) : parse(text).map { .some($0) }
        }
    }

    private func missing<Value>(_ key: String, _ rule: String) throws(EngineError) -> Value? {
        if raw(key) != nil { throw .invalid(key, rule) }
        return nil
    }

    /// What is there under a key, whatever its type; nil when nothing is.
    func raw(_ key: String) -> String? {
        let key = ConfigKey(key)
        if let text = values.string(forKey: key) { return text }
        let others: [Any?] = [
            values.stringArray(forKey: key), values.int(forKey: key), values.double(forKey: key),
            values.bool(forKey: key), values.intArray(forKey: key),
            values.doubleArray(forKey: key), values.boolArray(forKey: key),
        ]
        return others.lazy.compactMap { $0 }.first.map { "\($0)" }
    }
}
