package import EngineSansIO

/// One batch that is ready to be sent.
package struct EventBatchContents: Sendable {
    /// Unique within its sink, rising in the order in which the batches were begun.
    package let id: Int
    /// The source that the events come from.
    package let source: Int
    /// The encoded batch, its header included.
    package let bytes: [UInt8]
    /// Events in it.
    package let count: Int
    /// Bytes of the events alone.
    package let eventBytes: Int
    /// When its first event came.
    package let begun: MonotonicTime
    /// Times that it was sent.
    package var attempts = 0
    /// What is known of the earlier times; nil before the first one has ended.
    package var delivery: RequestDelivery?
}
