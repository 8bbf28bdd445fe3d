public import Configuration
public import EngineCore
public import Logging

/// Keeps a client's configuration what its sources say, while the client works.
///
/// Each time it looks, it has all providers of a reader read their sources anew, reads all settings
/// from what they hold then, and hands the whole to `Engine.reconfigure(_:)`. Whatever is wrong with
/// a new configuration, none of it is taken: the refusal is logged as an error, once, and the client
/// goes on as before.
///
/// Run in a `ServiceGroup`, it looks at its start, at intervals, when a provider tells of a change,
/// and at each `SIGHUP`. A `ReloadingFileProvider` is read anew by that, and need not run itself.
public actor EngineConfigurationReloader {
    /// Whose configuration it is.
    public nonisolated let engine: Engine

    nonisolated let reader: ConfigReader
    nonisolated let interval: Duration?
    private let defaults: EngineConfiguration
    private let logger: Logger
    /// The settings that the client has, as they were written; nil until it was given some.
    private var applied: [String: String]?
    private var lastRefusal: String?
    private var latest: Task<Result<[String], EngineError>, Never>?

    // All providers are asked for what none of them has, so each one looks into its source.
    private static let nobodysKey: ConfigKey = "sourcesAreReadAnew"

    /// Makes a reloader.
    ///
    /// - Parameters:
    ///   - engine: Whose configuration it is.
    ///   - reader: Where the settings are; see <doc:Configuration>.
    ///   - defaults: What holds for settings that are nowhere.
    ///   - interval: How often to look, as a service; nil for when there is another reason alone.
    ///   - logger: Where changes and refusals are told.
    public init(
        _ engine: Engine, reading reader: ConfigReader, defaults: EngineConfiguration = .init(),
        interval: Duration? = .seconds(15), logger: Logger
    ) {
        self.engine = engine
        self.reader = reader
        self.defaults = defaults
        self.interval = interval
        self.logger = logger
    }

    /// Looks now, and has the client go on under what is there.
    ///
    /// Several calls at once are done one after the other.
    ///
    /// - Returns: The settings that changed, by name; all that are set when it is the first time.
    /// - Throws: `EngineError` when the sources can't be read or hold a configuration that is not
    ///   valid, which is logged too: then nothing has changed.
    @discardableResult
    public func reload() async throws(EngineError) -> [String] {
        try await enqueue(readingSources: true).get()
    }

    /// The same, with what goes wrong in the log alone.
    ///
    /// - Parameter readingSources: Whether the providers are to look first.
    func look(readingSources: Bool = true) async {
        _ = await enqueue(readingSources: readingSources)
    }

    // In order, or an older configuration could come to stay over a newer one.
    private func enqueue(readingSources: Bool) async -> Result<[String], EngineError> {
        let previous = latest
        let task = Task { () -> Result<[String], EngineError> in
            _ = await previous?.value
            return await update(readingSources: readingSources)
        }
        latest = task
        return await task.value
    }

    private func update(readingSources: Bool) async -> Result<[String], EngineError> {
        do throws(EngineError) {
            if readingSources { try await readSources() }
            let values = reader.snapshot()
            let settings = EngineSetting.written(in: values)
            guard settings != applied else {
                lastRefusal = nil
                return .success([])
            }
            let configuration = try EngineConfiguration(reading: values, defaults: defaults)
            try await engine.reconfigure(configuration)
            return .success(noteApplied(settings))
        } catch {
            note(error)
            return .failure(error)
        }
    }

    private func readSources() async throws(EngineError) {
        do {
            _ = try await reader.fetchString(forKey: Self.nobodysKey)
        } catch {
            throw .unreadableConfiguration(error)
        }
    }

    // MARK: Telling of it

    private func noteApplied(_ settings: [String: String]) -> [String] {
        let keys = EngineSetting.all.map(\.key).filter { settings[$0] != applied?[$0] }
        let isFirst = applied == nil
        applied = settings
        lastRefusal = nil
        logger.log(
            level: isFirst ? .debug : .notice, "the engine's configuration has changed",
            metadata: ["settings": .array(keys.map { .string($0) })])
        return keys
    }

    private func note(_ error: EngineError) {
        var metadata: Logger.Metadata = ["reason": .string(error.detail)]
        if let invalid = error.underlying as? InvalidSetting {
            metadata["setting"] = .string(invalid.name)
        }
        // What stays wrong is found anew each time.
        let isNew = lastRefusal != error.detail
        lastRefusal = error.detail
        logger.log(
            level: isNew ? .error : .debug,
            "a new configuration for the engine was refused: the last one stays",
            metadata: metadata)
    }
}

extension EngineError {
    /// - Parameter cause: From a provider; past its first line it may quote what it read.
    fileprivate static func unreadableConfiguration(_ cause: any Error) -> EngineError {
        let message = "the configuration can't be read"
        let reason = "\(cause)".split(separator: "\n").first ?? "\(type(of: cause))"
        return EngineError(
            .unexpected, message: message, detail: "\(message): \(reason)", underlying: cause,
            delivery: .neverSent)
    }
}
