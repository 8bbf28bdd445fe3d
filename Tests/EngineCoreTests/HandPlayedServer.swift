import EngineCore
import EngineRuntime
import EngineTesting
import TestSupport
import Testing

/// Yields chunks, and counts those that were asked for.
struct Chunks: AsyncSequence, Sendable {
    struct Broken: Error {}

    let chunks: [[UInt8]]
    var failsAtEnd = false
    let taken = Locked(0)

    struct AsyncIterator: AsyncIteratorProtocol {
        let sequence: Chunks
        var position = 0

        mutating func next() async throws -> [UInt8]? {
            guard position < sequence.chunks.count else {
                if sequence.failsAtEnd { throw Broken() }
                return nil
            }
            defer { position += 1 }
            sequence.taken.withLock { $0 += 1 }
            return sequence.chunks[position]
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(sequence: self) }

    init(_ texts: [String], failsAtEnd: Bool = false) {
        chunks = texts.map { Array($0.utf8) }
        self.failsAtEnd = failsAtEnd
    }

    init(count: Int, size: Int) {
        chunks = Array(repeating: [UInt8](repeating: 7, count: size), count: count)
    }
}

/// A server played by hand beside a client that is patient with it.
struct HandPlayedServer {
    let path = EmbeddedEngine.newSocketPath()
    let ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

    func run(
        retries: Int = 0, _ body: (RawListener, Engine) async throws -> Void
    ) async throws {
        try await withRawListener(on: path) { listener in
            var configuration = EngineConfiguration(
                socketPath: path, retries: retries, timeout: .seconds(60))
            configuration.stallTimeout = .seconds(60)
            configuration.backoff = Backoff(base: .milliseconds(1), maximum: .milliseconds(1))
            configuration.idleTimeout = .seconds(60)
            try await withEngine(configuration: configuration) { try await body(listener, $0) }
        }
    }
}

/// The error of a request that must have one.
func failure(of request: EngineRequest, _ engine: Engine) async -> EngineError? {
    await #expect(throws: EngineError.self) { try await engine.execute(request) }
}

/// The error of a streamed request that must have one before its head.
func streamFailure(of request: EngineRequest, _ engine: Engine) async -> EngineError? {
    await #expect(throws: EngineError.self) { try await engine.stream(request) }
}
