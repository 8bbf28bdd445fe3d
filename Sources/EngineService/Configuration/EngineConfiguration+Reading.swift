public import Configuration
public import EngineCore

extension EngineConfiguration {
    /// Reads a configuration: every setting under its own name, such as `phaseTimeouts.firstByte`.
    ///
    /// The settings are usually kept apart from others by a scope, here `engine`:
    ///
    /// ```swift
    /// let configuration = try EngineConfiguration(reading: reader.scoped(to: "engine"))
    /// ```
    ///
    /// See <doc:Configuration> for all of them.
    ///
    /// - Parameters:
    ///   - reader: Where the settings are.
    ///   - defaults: What holds for settings that are nowhere.
    /// - Throws: `EngineError` that names the first setting that is there and not valid, and the rule
    ///   for it, also as an `InvalidSetting` in `EngineError.underlying`; what it was set to is not told.
    public init(
        reading reader: ConfigReader, defaults: EngineConfiguration = .init()
    ) throws(EngineError) {
        try self.init(reading: reader.snapshot(), defaults: defaults)
    }

    /// Reads a configuration from values that belong together.
    ///
    /// - Parameters:
    ///   - values: Where the settings are.
    ///   - defaults: What holds for settings that are nowhere.
    /// - Throws: `EngineError`: as for a `ConfigReader`.
    public init(
        reading values: ConfigSnapshotReader, defaults: EngineConfiguration = .init()
    ) throws(EngineError) {
        self = defaults
        let reader = SettingReader(values: values)
        for setting in EngineSetting.all { try setting.read(reader, &self) }
        try validate()
    }
}
