/// The body of a request: bytes, a file, or what a sequence yields while it is sent.
///
/// Its type is sent as `Content-Type`, unless the request's headers have that field; an empty body
/// has none.
public struct RequestBody: Sendable {
    /// Takes one chunk; answers whether more are wanted.
    typealias Offer = @Sendable ([UInt8]) async -> Bool

    enum Content: Sendable {
        case bytes([UInt8])
        case file(path: String)
        case produced(BodyProducer)
    }

    let content: Content
    /// What is sent as `Content-Type` (RFC 9110 section 8.3).
    public var contentType: String

    private static let unknownType = "application/octet-stream"

    /// The bytes of a body that is there already; none for any other.
    var bytes: [UInt8] {
        if case .bytes(let bytes) = content { bytes } else { [] }
    }

    /// Whether it is not there already: a file's, or a sequence's.
    var isMadeWhileSent: Bool {
        if case .bytes = content { false } else { true }
    }

    /// No body.
    public static let empty = RequestBody(content: .bytes([]), contentType: unknownType)

    /// Bytes in memory, as `application/octet-stream` unless `contentType` names another type.
    ///
    /// A Wazuh Engine reads JSON whatever its type. For daemons that look at the type there is
    /// ``json(bytes:)``.
    public static func bytes(_ bytes: [UInt8], contentType: String? = nil) -> RequestBody {
        RequestBody(content: .bytes(bytes), contentType: contentType ?? unknownType)
    }

    /// JSON text that is there already, as `application/json`.
    public static func json(bytes: [UInt8]) -> RequestBody {
        .bytes(bytes, contentType: "application/json")
    }

    /// JSON text that is there already, as `application/json`.
    public static func json(text: String) -> RequestBody {
        .json(bytes: Array(text.utf8))
    }

    /// A value as JSON, as `application/json`.
    ///
    /// - Parameters:
    ///   - value: The value.
    ///   - coding: How the JSON is written.
    /// - Throws: ``EngineError/Code/unexpected`` for a value that can't be encoded.
    public static func json(
        _ value: some Encodable, by coding: JSONCoding = JSONCoding()
    ) throws(EngineError) -> RequestBody {
        .json(bytes: try encodeJSON(value, by: coding))
    }

    /// Text in UTF-8, as `text/plain; charset=utf-8` unless `contentType` names another type.
    public static func text(_ text: String, contentType: String? = nil) -> RequestBody {
        .bytes(Array(text.utf8), contentType: contentType ?? "text/plain; charset=utf-8")
    }

    /// What a file holds, read while it is sent.
    ///
    /// It is sent with the size that it has when the request is made, and read from its start again
    /// when the request is repeated. Only regular files are: a pipe is a matter for
    /// ``stream(_:length:isRepeatable:contentType:)``.
    ///
    /// Opening the file counts towards the request's timeout. A loop opens 16 files at once at most;
    /// where so many hang on a network file system, further ones wait for as long as their requests
    /// do.
    ///
    /// - Parameters:
    ///   - path: The file's path.
    ///   - contentType: What the file holds; nil for `application/octet-stream`.
    public static func file(_ path: String, contentType: String? = nil) -> RequestBody {
        RequestBody(content: .file(path: path), contentType: contentType ?? unknownType)
    }

    /// What a sequence yields, sent at the pace at which the engine reads it.
    ///
    /// The sequence is iterated as part of the task that makes the request, with its task-local values
    /// and priority. It is cancelled when the request ends first, when a try fails, and when the
    /// engine answers with a status of 400 or more. ``Engine/execute(_:)`` returns when the iteration
    /// has ended, and a further try begins no sooner. A sequence that ignores its cancellation holds
    /// up both: also beyond the request's timeout, whose error is thrown when the sequence has ended.
    /// See ``Engine/stream(_:)`` for how long one may go on there.
    ///
    /// - Parameters:
    ///   - chunks: Asked for the next chunk when the kernel has taken the one before. Cancelled
    ///     when the request ends first.
    ///   - length: The bytes of all chunks, where that is known: sent as `Content-Length`. A
    ///     sequence that yields more or less fails the request. Nil sends the body chunked.
    ///   - isRepeatable: Whether iterating anew yields the same bytes, so that the request can be
    ///     sent again. Without that it is not, once a chunk was asked for.
    ///   - contentType: What the chunks make up; nil for `application/octet-stream`.
    public static func stream<Chunks: AsyncSequence & Sendable>(
        _ chunks: Chunks, length: Int? = nil, isRepeatable: Bool = false,
        contentType: String? = nil
    ) -> RequestBody where Chunks.Element == [UInt8] {
        let producer = BodyProducer(length: length, isRepeatable: isRepeatable) { offer in
            for try await chunk in chunks where !chunk.isEmpty {
                guard await offer(chunk) else { return }
            }
        }
        return RequestBody(
            content: .produced(producer), contentType: contentType ?? unknownType)
    }
}

extension RequestBody: ExpressibleByArrayLiteral {
    /// Makes a body of the literal's bytes.
    public init(arrayLiteral elements: UInt8...) {
        self = .bytes(elements)
    }
}

/// Makes a body while it is sent.
struct BodyProducer: Sendable {
    /// Nil for a length that only its end shows.
    let length: Int?
    /// Whether it can be run again from the start.
    let isRepeatable: Bool
    /// Where it runs best; nil for where all tasks run.
    let executor: (any TaskExecutor)?
    /// Offers one chunk after the other; returns early when no more are wanted.
    let run: @Sendable (RequestBody.Offer) async throws -> Void

    // Large enough that a turn of the thread pool costs little beside the reading.
    private static let fileChunkSize = 256 * 1024

    init(
        length: Int?, isRepeatable: Bool, executor: (any TaskExecutor)? = nil,
        run: @escaping @Sendable (RequestBody.Offer) async throws -> Void
    ) {
        self.length = length.map { max(0, $0) }
        self.isRepeatable = isRepeatable
        self.executor = executor
        self.run = run
    }

    init(_ file: ReadableFile, on loop: EngineLoop) {
        self.init(
            length: file.size, isRepeatable: true, executor: loop.taskExecutor
        ) { offer in
            var offset = 0
            while true {
                let wanted = min(Self.fileChunkSize, file.size.map { $0 - offset } ?? .max)
                guard wanted > 0 else { return }
                let chunk = try await file.read(wanted, at: offset)
                guard !chunk.isEmpty, await offer(chunk) else { return }
                offset += chunk.count
            }
        }
    }

    var framing: RequestFraming { length.map { .length($0) } ?? .chunked }
}
