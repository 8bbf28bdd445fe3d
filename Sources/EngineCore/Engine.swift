internal import Synchronization

/// A client of one engine.
///
/// Any number of tasks may use it at once. Its connections live on an ``EngineLoop``; close it, or
/// use ``withEngine(configuration:loop:_:)``, which does.
public final class Engine: Sendable {
    /// What the client was made with.
    public let configuration: EngineConfiguration
    /// The loop that its connections live on.
    public let loop: EngineLoop

    // A small body is cheaper to copy behind the head than to gather in the kernel.
    private static let joinedBodySize = 4_096

    private let path: Result<SocketPath, EngineError>
    private let pool: ConnectionPool
    private let registry = ModuleRegistry()
    private let lastID = Atomic<UInt64>(0)
    private let hasResolvedPeer = Atomic<Bool>(false)

    /// Makes a client. Nothing is opened before the first request; a socket path that can't be
    /// used shows in the error of each request.
    ///
    /// - Parameter loop: A loop of the caller's own instead of the shared one.
    public init(configuration: EngineConfiguration = .init(), loop: EngineLoop = .shared) {
        self.configuration = configuration
        self.loop = loop
        do throws(EngineError) {
            path = .success(try configuration.endpoint())
        } catch {
            path = .failure(error)
        }
        pool = ConnectionPool(
            loop: loop, path: path, configuration: configuration, seed: .random(in: 0 ... .max))
    }

    deinit {
        // Without a request there is nothing open, and perhaps no loop that would run the closing.
        if lastID.load(ordering: .relaxed) > 0 { pool.closeSoon() }
    }

    /// Sends a request and answers with its whole response, whatever the status is.
    ///
    /// The request ends exactly once: with a complete response or with an error that says whether
    /// the engine can have run it. Cancelling the task ends it at once.
    ///
    /// - Throws: ``EngineError``: see its codes.
    public func execute(_ request: EngineRequest) async throws(EngineError) -> EngineResponse {
        try await submit(request, as: newRequestID()) { .response($0) }
    }

    /// Sends a request and answers when the head of the response is there; the body follows.
    ///
    /// Both bodies move in bounded memory, at the pace of the slower side. The timeout limits each
    /// stretch in which nothing moves and the engine is waited for; a consumer or a producer may
    /// take its time, and while one does there is no deadline at all. A streamed response has no
    /// limit of size.
    ///
    /// - Throws: ``EngineError``: see its codes. What goes wrong after the head is thrown by the
    ///   body's iterator.
    public func stream(_ request: EngineRequest) async throws(EngineError) -> EngineResponseStream {
        let id = newRequestID()
        let (head, channel) = try await submit(request, as: id) { .stream($0) }
        let body = ResponseBody(channel, of: self) { [pool] in pool.cancel(id) }
        return EngineResponseStream(status: head.status, headers: head.fields, body: body)
    }

    /// Sees to it that there is a connection, ahead of the first request.
    ///
    /// It is kept for ``EngineConfiguration/idleTimeout`` if no request comes. Tells a program that
    /// starts whether its engine is there: ``EngineConfiguration/timeout``, retries and cancellation
    /// are those of a request.
    ///
    /// - Throws: ``EngineError``, such as ``EngineError/Code/connection``.
    public func connect() async throws(EngineError) {
        try await submit(EngineRequest(.head, "/"), as: newRequestID()) { .connection($0) }
    }

    private func newRequestID() -> RequestID {
        RequestID(lastID.add(1, ordering: .relaxed).newValue)
    }

    private func submit<Success>(
        _ request: EngineRequest, as id: RequestID,
        for caller: (Resumption<Result<Success, EngineError>>) -> Submission.Caller
    ) async throws(EngineError) -> Success {
        let timeout = (request.timeout ?? configuration.timeout).clampedNanoseconds
        let deadline =
            timeout == .max ? .distantFuture : MonotonicTime.current.advanced(by: timeout)
        try startLoop()
        if case .named(let name)? = configuration.expectedPeer?.user {
            try await resolvePeer(named: name)
        }
        let (head, body, upload) = try await encode(request)
        let result = await withTaskCancellationHandler {
            await suspend { resume in
                let submission = Submission(
                    id: id, method: request.method, head: head, body: body, upload: upload,
                    timeout: timeout, deadline: deadline, isSafeToRepeat: request.isSafeToRepeat,
                    mayRetry: request.repeatability != .never, caller: caller(resume))
                pool.submit(submission)
                // A cancellation that came before the submission found nothing to cancel.
                if Task.isCancelled { pool.cancel(id) }
            }
        } onCancel: {
            pool.cancel(id)
        }
        return try result.get()
    }

    private func resolvePeer(named name: String) async throws(EngineError) {
        guard !hasResolvedPeer.load(ordering: .acquiring) else { return }
        do throws(LibUVError) {
            // Looking a user up can ask the network.
            let id = try await loop.offload { () -> Result<UInt32, LibUVError> in
                Result { () throws(LibUVError) in try userID(named: name) }
            }.get()
            await pool.expectPeer(userID: id)
            hasResolvedPeer.store(true, ordering: .releasing)
        } catch {
            throw .unknownPeer(error == .noSuchFile ? UntrustedSocket.unknownUser : error, name)
        }
    }

    private func startLoop() throws(EngineError) {
        _ = try path.get()
        do throws(LibUVError) {
            try loop.start()
        } catch {
            throw .loopUnavailable(error)
        }
    }

    private func encode(
        _ request: EngineRequest
    ) async throws(EngineError) -> (head: [UInt8], body: [UInt8], upload: BodyProducer?) {
        switch request.body.content {
        case .bytes(let body):
            let isJoined = body.count <= Self.joinedBodySize
            var head = try head(
                of: request, .length(body.count), reserving: isJoined ? body.count : 0)
            guard isJoined else { return (head, body, nil) }
            head += body
            return (head, [], nil)
        case .produced(let producer):
            return (try head(of: request, producer.framing), [], producer)
        case .file(let path):
            let file: ReadableFile
            do throws(LibUVError) {
                file = try await ReadableFile.open(path, on: loop)
            } catch {
                throw .bodyUnavailable(error, delivery: .neverSent)
            }
            let producer = BodyProducer(file, on: loop)
            return (try head(of: request, producer.framing), [], producer)
        }
    }

    private func head(
        of request: EngineRequest, _ framing: RequestFraming, reserving bodySize: Int = 0
    ) throws(EngineError) -> [UInt8] {
        var head: [UInt8] = []
        head.reserveCapacity(
            128 + request.path.utf8.count + request.headers.wire.count + bodySize)
        do throws(RequestEncodingError) {
            try RequestEncoder.encodeHead(
                request.method, request.path, request.headers, framing, into: &head)
        } catch {
            throw .unencodable(error)
        }
        return head
    }

    /// Runs the caller's code on the loop's thread, where requests cost no change of thread.
    ///
    /// Code there must not block: all connections of the loop wait for it.
    ///
    /// - Throws: What the operation throws, and ``LibUVError`` when the loop can't start.
    public func runOnLoop<Success: Sendable>(
        _ operation: @Sendable @concurrent () async throws -> Success
    ) async throws -> Success {
        try await loop.run(operation)
    }

    /// Ends what is in flight with an error, closes every connection and waits until that is done.
    ///
    /// Requests made later fail. May be called more than once.
    public func close() async {
        do {
            try loop.start()
        } catch {
            // Without a loop there is nothing open.
            return
        }
        await pool.close()
    }

    /// What the connections and the queue are doing, and what they have done so far.
    public var statistics: EngineStatistics {
        get async {
            // Without a loop there is nothing to ask, and nothing has been done.
            guard (try? loop.start()) != nil else { return EngineStatistics() }
            return await pool.statistics
        }
    }

    // MARK: Modules

    /// Adds a module type under its name.
    ///
    /// - Throws: ``EngineError/Code/unexpected`` when the name is taken.
    public func register(_ type: any EngineModule.Type) throws(EngineError) {
        try registry.add(type)
    }

    /// The module of a type, registered or not.
    public func module<Module: EngineModule>(_ type: Module.Type) -> Module {
        Module(engine: self)
    }

    /// The module that was registered under a name; nil when none was.
    public func module(named name: String) -> (any EngineModule)? {
        registry.type(named: name)?.init(engine: self)
    }

    /// The names of the registered modules, sorted.
    public var moduleNames: [String] { registry.names }
}

/// Runs an operation with a client that is closed when the operation ends, however it ends.
///
/// - Parameters:
///   - configuration: How the client talks to its engine.
///   - loop: A loop of the caller's own instead of the shared one.
///   - operation: What to do with the client.
/// - Throws: What the operation throws.
public func withEngine<Success, Failure: Error>(
    configuration: EngineConfiguration = .init(), loop: EngineLoop = .shared,
    _ operation: (Engine) async throws(Failure) -> Success
) async throws(Failure) -> Success {
    let engine = Engine(configuration: configuration, loop: loop)
    let result: Result<Success, Failure>
    do throws(Failure) {
        result = .success(try await operation(engine))
    } catch {
        result = .failure(error)
    }
    await engine.close()
    return try result.get()
}
