/// Which setting of a configuration is not valid: below the `EngineError` that refuses it.
public struct InvalidSetting: Error, Hashable, Sendable {
    /// The setting, such as `backoff.maximum`.
    public let name: String
    /// What it must be.
    public let rule: String
}

extension InvalidSetting: CustomStringConvertible {
    /// The rule as a sentence; what the setting is stays untold.
    public var description: String { "\(name) must be \(rule)" }
}
