public import EngineCore
internal import EngineRuntime
internal import EngineSansIO

/// Sends a daemon's events: it makes batches of them, sends several at once, and keeps count.
///
/// ```swift
/// try await withEventSink(to: engine) { sink in
///     let source = try sink.source(EventHeader(agentID: "001"))
///     for try await line in lines { try await source.append(line) }
/// }
/// ```
///
/// Events of one source reach the engine in the order in which they were added: one batch of a
/// source is on its way at a time, also when it has to be sent again. A pause after a failure holds
/// up all sources, and ends with one batch that tries whether the engine is back.
///
/// Every event that it takes ends as delivered, failed or dropped, and ``statistics`` always add up.
public final class EventSink: Sendable {
    /// The client of the engine's events socket.
    public let engine: Engine
    /// What the sink was made with.
    public let configuration: EventSinkConfiguration

    let runner: EventSinkRunner

    /// Makes a sink. Close it, or use ``withEventSink(to:configuration:_:)``, which does: one that
    /// just goes gives up what it holds.
    ///
    /// - Parameters:
    ///   - engine: A client of the events socket; it stays open when the sink is closed.
    ///   - configuration: How events become batches, and what happens when one fails.
    public init(to engine: Engine, configuration: EventSinkConfiguration = .init()) {
        self.engine = engine
        self.configuration = configuration
        runner = EventSinkRunner(engine, configuration)
    }

    deinit {
        runner.abandonSoon()
    }

    /// A source of events: the same one for equal headers.
    ///
    /// - Throws: `EngineError.Code.unexpected` when the engine's loop can't run.
    public func source(_ header: EventHeader) throws(EngineError) -> EventSource {
        EventSource(try runner.retainSource(header), of: self, header)
    }

    /// Sends all that the sink holds without waiting for more, and returns when each of these
    /// events is delivered, failed or dropped.
    ///
    /// - Throws: `EngineError.Code.cancelled` when the task is cancelled; the events stay.
    ///   `EngineError.Code.unexpected` in a child of `fork()`: the parent's sink sends them.
    public func flush() async throws(EngineError) {
        try runner.refuseInherited()
        guard await runner.flush() else {
            throw EngineError(
                .cancelled, message: "cancelled while flushing events",
                underlying: CancellationError(), delivery: .unknown)
        }
    }

    /// Takes nothing on any more, sends what is left, and returns when nothing is.
    ///
    /// May be called more than once; the earliest limit counts.
    ///
    /// - Parameter limit: How long to go on, at most; what is left then fails. Nil for
    ///   ``EventSinkConfiguration/shutdownTimeout``.
    public func close(within limit: Duration? = nil) async {
        await runner.close(within: limit ?? configuration.shutdownTimeout)
    }

    /// What became of the events so far.
    public var statistics: EventSinkStatistics { runner.statistics }
}

/// Runs an operation with a sink that is closed when the operation ends, however it ends: what was
/// added is sent within ``EventSinkConfiguration/shutdownTimeout``.
///
/// - Parameters:
///   - engine: A client of the engine's events socket.
///   - configuration: How events become batches, and what happens when one fails.
///   - operation: What to do with the sink.
/// - Throws: What the operation throws.
public func withEventSink<Success, Failure: Error>(
    to engine: Engine, configuration: EventSinkConfiguration = .init(),
    _ operation: (EventSink) async throws(Failure) -> Success
) async throws(Failure) -> Success {
    let sink = EventSink(to: engine, configuration: configuration)
    let result: Result<Success, Failure>
    do throws(Failure) {
        result = .success(try await operation(sink))
    } catch {
        result = .failure(error)
    }
    await sink.close()
    return try result.get()
}
