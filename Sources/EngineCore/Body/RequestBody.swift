/// The body of a request: bytes, a file, or what a sequence yields while it is sent.
public struct RequestBody: Sendable {
    /// Takes one chunk; answers whether more are wanted.
    typealias Offer = @Sendable ([UInt8]) async -> Bool

    enum Content: Sendable {
        case bytes([UInt8])
        case file(path: String)
        case produced(BodyProducer)
    }

    let content: Content

    /// The bytes of a body that is there already; none for any other.
    var bytes: [UInt8] {
        if case .bytes(let bytes) = content { bytes } else { [] }
    }

    /// No body.
    public static let empty = RequestBody(content: .bytes([]))

    /// Bytes that are there already.
    public static func bytes(_ bytes: [UInt8]) -> RequestBody {
        RequestBody(content: .bytes(bytes))
    }

    /// Text, in UTF-8.
    public static func text(_ text: String) -> RequestBody {
        .bytes(Array(text.utf8))
    }

    /// What a file holds, read while it is sent.
    ///
    /// It is sent with the size that it has when the request is made, and read from its start again
    /// when the request is repeated. Only regular files are: a pipe is a matter for
    /// ``stream(_:length:isRepeatable:)``.
    public static func file(_ path: String) -> RequestBody {
        RequestBody(content: .file(path: path))
    }

    /// What a sequence yields, sent at the pace at which the engine reads it.
    ///
    /// - Parameters:
    ///   - chunks: Asked for the next chunk when the kernel has taken the one before. Cancelled
    ///     when the request ends first.
    ///   - length: The bytes of all chunks, where that is known: sent as `Content-Length`. A
    ///     sequence that yields more or less fails the request. Nil sends the body chunked.
    ///   - isRepeatable: Whether iterating anew yields the same bytes, so that the request can be
    ///     sent again, possibly before an iterator that ignores its cancellation has ended. Without
    ///     that it is not, once a chunk was asked for.
    public static func stream<Chunks: AsyncSequence & Sendable>(
        _ chunks: Chunks, length: Int? = nil, isRepeatable: Bool = false
    ) -> RequestBody where Chunks.Element == [UInt8] {
        let producer = BodyProducer(length: length, isRepeatable: isRepeatable) { offer in
            for try await chunk in chunks where !chunk.isEmpty {
                guard await offer(chunk) else { return }
            }
        }
        return RequestBody(content: .produced(producer))
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
