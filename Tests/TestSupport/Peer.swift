package import EngineRuntime

/// A connected socket whose every byte a test decides, on a loop.
package actor Peer {
    package nonisolated let loop: EngineLoop
    package nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe loop.serialExecutor.asUnownedSerialExecutor()
    }

    private var stream: PipeStream?
    private let events = EventQueue()

    package init(loop: EngineLoop = .shared) {
        self.loop = loop
    }

    /// Connects to a path.
    package func connect(to path: String) async throws {
        let stream = try PipeStream(on: loop)
        adopt(stream)
        stream.connect(to: try SocketPath(path))
        switch await events.next() {
        case .connected: try stream.startReading()
        case .failed(let error): throw error
        default: throw LibUVError.invalidArgument
        }
    }

    init(loop: EngineLoop, accepted stream: sending PipeStream, isReading: Bool) throws {
        self.loop = loop
        stream.setHandler(events)
        if isReading { try stream.startReading() }
        self.stream = stream
    }

    private func adopt(_ stream: PipeStream) {
        self.stream = stream
        stream.setHandler(events)
    }

    /// Writes all bytes; returns when the kernel has them.
    package func write(_ bytes: [UInt8]) async throws {
        guard let stream else { throw LibUVError.canceled }
        guard try stream.write(bytes) == .pending else { return }
        while true {
            switch await events.nextWrite() {
            case .written: return
            case .failed(let error): throw error
            default: continue
            }
        }
    }

    package func write(_ text: String) async throws {
        try await write(Array(text.utf8))
    }

    /// Starts a write; says whether the socket took all of it at once.
    package func startWriting(_ bytes: [UInt8]) throws -> Bool {
        guard let stream else { throw LibUVError.canceled }
        return try stream.write(bytes) == .complete
    }

    /// Waits for the end of a write that ``startWriting(_:)`` left pending.
    package func finishWriting() async throws {
        if case .failed(let error) = await events.nextWrite() { throw error }
    }

    /// The next bytes; nil at the end of the stream.
    package func read() async throws -> [UInt8]? {
        switch await events.next() {
        case .bytes(let bytes): return bytes
        case .ended: return nil
        case .failed(let error): throw error
        default: throw LibUVError.invalidArgument
        }
    }

    /// Bytes that have been read and wait for ``read()``.
    package func takeReceived() -> [UInt8] { events.takeReceived() }

    /// Reads until the bytes end with a text.
    package func read(until ending: String) async throws -> String {
        var text = ""
        while !text.hasSuffix(ending), let bytes = try await read() {
            text += String(decoding: bytes, as: UTF8.self)
        }
        return text
    }

    package func stopReading() { stream?.stopReading() }

    package func startReading() throws { try stream?.startReading() }

    package func shutdownWriting() throws { try stream?.shutdownWriting() }

    /// Whether bytes wait in the socket that nobody has read.
    package var hasBytesToRead: Bool { stream?.hasBytesToRead ?? false }

    package var hasBytesUnreadByPeer: Bool? { stream?.hasBytesUnreadByPeer }

    /// Closes the socket and waits until its handle is gone.
    package func close() async {
        guard let stream else { return }
        self.stream = nil
        stream.close()
        await events.closed()
    }
}

/// Turns a stream's callbacks into values to wait for.
private final class EventQueue: PipeStreamHandler {
    enum Event {
        case connected
        case bytes([UInt8])
        case ended
        case written
        case failed(LibUVError)
        case closed
    }

    private var received: [Event] = []
    private var writes: [Event] = []
    private var isClosed = false
    private var reader: CheckedContinuation<Void, Never>?
    private var writer: CheckedContinuation<Void, Never>?
    private var closer: CheckedContinuation<Void, Never>?

    func next(isolation: isolated (any Actor)? = #isolation) async -> Event {
        if received.isEmpty { await withCheckedContinuation { reader = $0 } }
        return received.removeFirst()
    }

    func nextWrite(isolation: isolated (any Actor)? = #isolation) async -> Event {
        if writes.isEmpty { await withCheckedContinuation { writer = $0 } }
        return writes.removeFirst()
    }

    func closed(isolation: isolated (any Actor)? = #isolation) async {
        if !isClosed { await withCheckedContinuation { closer = $0 } }
    }

    func takeReceived() -> [UInt8] {
        var taken: [UInt8] = []
        while case .bytes(let bytes)? = received.first {
            taken += bytes
            received.removeFirst()
        }
        return taken
    }

    private func receive(_ event: Event) {
        received.append(event)
        reader?.resume()
        reader = nil
    }

    private func finishWrite(_ event: Event) {
        writes.append(event)
        writer?.resume()
        writer = nil
    }

    func streamDidConnect() { receive(.connected) }
    func streamDidFailToConnect(_ error: LibUVError) { receive(.failed(error)) }
    func streamDidRead(_ bytes: RawSpan) {
        receive(.bytes(unsafe bytes.withUnsafeBytes { unsafe Array($0) }))
    }
    func streamDidReachEnd() { receive(.ended) }
    func streamDidFailToRead(_ error: LibUVError) { receive(.failed(error)) }
    func streamDidWrite() { finishWrite(.written) }
    func streamDidFailToWrite(_ error: LibUVError) { finishWrite(.failed(error)) }
    func streamDidClose() {
        isClosed = true
        receive(.closed)
        finishWrite(.failed(.canceled))
        closer?.resume()
    }
}
