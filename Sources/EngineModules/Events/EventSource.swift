public import EngineCore
internal import EngineSansIO

/// One agent's way into an ``EventSink``. Any number of tasks may use it.
public final class EventSource: Sendable {
    /// Whom the events come from.
    public let header: EventHeader
    /// Where they go.
    public let sink: EventSink
    private let id: Int

    init(_ id: Int, of sink: EventSink, _ header: EventHeader) {
        self.id = id
        self.sink = sink
        self.header = header
    }

    deinit {
        sink.runner.releaseSource(id)
    }

    // MARK: At once

    /// Adds an event at once, if there is room. Its bytes are copied.
    public func offer(_ event: Span<UInt8>) -> EventAdmission {
        // Initialized bytes have no padding that a raw view could leak.
        sink.runner.offer(unsafe event.bytes, to: id)
    }

    /// Adds an event at once, if there is room.
    public func offer(_ event: [UInt8]) -> EventAdmission {
        offer(event.span)
    }

    /// Adds an event at once, if there is room.
    public func offer(_ event: String) -> EventAdmission {
        // The bytes are copied before the string's storage is given back.
        let admission = unsafe event.utf8.withContiguousStorageIfAvailable { unsafe offer($0.span) }
        // A string of another system's may lie in pieces.
        return admission ?? offer(Array(event.utf8))
    }

    // MARK: When there is room

    /// Adds an event, and waits for room where there is none and the sink is made to wait.
    ///
    /// It does not suspend while there is room. Those who wait get their turn in order, also before
    /// ``offer(_:)-([UInt8])``.
    ///
    /// - Returns: Whether the event was accepted or, where the sink drops events, dropped.
    /// - Throws: `EngineError.Code.cancelled` when the task is cancelled while it waits,
    ///   `EngineError.Code.unexpected` when the sink is closed or the event larger than a batch.
    ///   The sink does not have the event then.
    @discardableResult
    public func append(_ event: [UInt8]) async throws(EngineError) -> EventAdmission {
        switch await sink.runner.append(event, to: id) {
        case .accepted: return .accepted
        case .dropped: return .dropped
        case .tooLarge: throw Self.refusal("the event is larger than a batch may be")
        case .closed: throw Self.refusal("the event sink is closed")
        case .full, nil:
            throw EngineError(
                .cancelled, message: "cancelled while waiting for room for an event",
                underlying: CancellationError(), delivery: .neverSent)
        }
    }

    /// Adds an event, and waits for room: ``append(_:)-([UInt8])``.
    @discardableResult
    public func append(_ event: String) async throws(EngineError) -> EventAdmission {
        try await append(Array(event.utf8))
    }

    /// Adds every event of a sequence, at the pace at which there is room.
    ///
    /// - Throws: What the sequence and ``append(_:)-([UInt8])`` throw.
    public func consume<Events: AsyncSequence>(
        _ events: Events
    ) async throws where Events.Element == [UInt8] {
        for try await event in events { try await append(event) }
    }

    private static func refusal(_ message: String) -> EngineError {
        EngineError(.unexpected, message: message, delivery: .neverSent)
    }
}
