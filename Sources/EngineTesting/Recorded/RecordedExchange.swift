internal import EngineJSON

/// A request to a real Wazuh Engine and the bytes that it answered.
public struct RecordedExchange: Sendable, Decodable {
    /// The engine's two sockets.
    public enum Socket: String, Sendable, Decodable {
        /// The API socket.
        case api
        /// The socket that takes events.
        case events = "ev"
    }

    /// What was tried, such as `metrics.get.unknown`.
    public let name: String
    /// Where it was sent.
    public let socket: Socket
    /// The method.
    public let method: String
    /// The target.
    public let path: String
    /// The body, if there was one.
    public let body: String?
    // Latin-1: one character per byte.
    private let response: String

    /// The raw response.
    public var responseBytes: [UInt8] {
        response.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
    }

    /// All recorded exchanges, in the order in which they were made.
    ///
    /// - Throws: `DecodingError` when the recording is damaged.
    public static func all() throws -> [RecordedExchange] {
        try JSONCoding().decode(
            [RecordedExchange].self, from: PackageResources.transcripts_json)
    }
}
