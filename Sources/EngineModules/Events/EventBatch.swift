public import EngineCore
internal import EngineSansIO

/// Events of one agent, as the engine takes them in one request.
public struct EventBatch: Sendable {
    /// Whom the events come from.
    public let header: EventHeader
    private var encoder: EventBatchEncoder

    /// Begins a batch.
    ///
    /// - Throws: `EngineError.Code.unexpected` for a header that can't be written.
    public init(header: EventHeader) throws(EngineError) {
        self.header = header
        do throws(EventBatchError) {
            encoder = try EventBatchEncoder(header: header.json)
        } catch {
            throw EngineError(
                .unexpected, message: "the header of the events can't be written",
                underlying: error, delivery: .neverSent)
        }
    }

    /// Makes a batch of events.
    ///
    /// - Throws: `EngineError.Code.unexpected` for a header that can't be written.
    public init(header: EventHeader, events: [String]) throws(EngineError) {
        try self.init(header: header)
        for event in events { append(event) }
    }

    /// Adds an event, `queue:location:message`.
    public mutating func append(_ event: String) {
        encoder.append(event.utf8)
    }

    /// Adds an event of any bytes, line breaks included.
    public mutating func append(_ event: some Collection<UInt8>) {
        encoder.append(event)
    }

    /// Events in the batch.
    public var count: Int { encoder.count }

    /// The batch as it is sent.
    public var bytes: [UInt8] { encoder.bytes }
}
