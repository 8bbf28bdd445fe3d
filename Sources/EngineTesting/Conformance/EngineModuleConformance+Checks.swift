internal import EngineCore
internal import EngineRuntime
internal import EngineSansIO

private let refusal = "refused by the conformance check"

extension EngineModuleConformance {
    /// What is wrong with a call in one respect; nil when nothing is.
    func failure(of call: Call, in check: ConformanceCheck) async throws -> String? {
        let good = response(call.reply)
        let ran: Run
        switch check {
        case .request:
            ran = try await run(call) { _ in good }
            return request(of: call, in: ran.requests)
        case .reply:
            ran = try await run(call) { _ in good }
        case .unknownMembers:
            guard case .object(var members) = call.reply else { return nil }
            members["conformanceCheckMember"] = ["of": [1, nil, "any kind"]]
            let reply = response(.object(members))
            ran = try await run(call) { _ in reply }
        case .refusalUnderOK, .refusalUnderBadRequest:
            let status = check == .refusalUnderOK ? 200 : 400
            let reply = response(
                ["status": "ERROR", "error": .string(refusal)], status: status)
            ran = try await run(call) { _ in reply }
            return ran.difference(
                from: .http, status: status, words: refusal)
        case .redirect:
            var redirect = good
            redirect.status = 302
            redirect.headers.append("Location", "/")
            ran = try await run(call) { [redirect] _ in redirect }
            return ran.difference(from: .http, status: 302)
        case .invalidJSON:
            ran = try await run(call) { _ in .json(#"{"status":"#) }
            return ran.difference(from: .invalidJSON)
        case .timeout:
            ran = try await run(call, timeout: timeout) { _ in .failing(.neverAnswer) }
            return ran.difference(from: .timeout)
        case .missingSocket:
            ran = try await run(call, hasSocket: false) { _ in good }
            return ran.difference(from: .connection)
        case .repetition:
            ran = try await run(call) { $0 == 1 ? .failing(.reset) : good }
            return repetition(of: call, in: ran)
        }
        return ran.differenceFromSuccess
    }

    private func response(_ reply: JSONValue, status: Int = 200) -> EmbeddedResponse {
        .json(reply.description, status: status)
    }

    private func request(of call: Call, in requests: [EmbeddedRequest]) -> String? {
        guard let request = requests.first, requests.count == 1 else {
            return "expected one request, there were \(requests.count)"
        }
        guard request.method == call.method, request.path == call.path else {
            return "expected \(call.method) \(call.path), was \(request.method) \(request.path)"
        }
        let isEmpty = request.body.isEmpty
        if call.body == .none { return isEmpty ? nil : "expected no body, there was one" }
        guard let json = try? JSONValue(parsing: request.body) else {
            return isEmpty ? "expected JSON, there was no body" : "the body is no JSON"
        }
        if case .exactly(let expected) = call.body, json != expected {
            return "expected the body \(expected), was \(json)"
        }
        return nil
    }

    private func repetition(of call: Call, in ran: Run) -> String? {
        guard ran.requests.count == (call.isRepeatable ? 2 : 1) else {
            return call.isRepeatable
                ? "expected the request again after its answer was lost, there were "
                    + "\(ran.requests.count) requests"
                : "expected one request, which may have been run, there were \(ran.requests.count)"
        }
        return call.isRepeatable ? ran.differenceFromSuccess : ran.difference(from: .http)
    }

    // MARK: Running

    /// Makes a call beside an engine that answers the first, the second and so on request so.
    private func run(
        _ call: Call, timeout: Duration? = nil, hasSocket: Bool = true,
        answer: @escaping @Sendable (Int) -> EmbeddedResponse
    ) async throws -> Run {
        let requests = Locked<[EmbeddedRequest]>([])
        return try await withEmbeddedEngine { request in
            answer(
                requests.withLock { requests in
                    requests.append(request)
                    return requests.count
                })
        } _: { server in
            let path = hasSocket ? server.socketPath : EmbeddedEngine.newSocketPath()
            var configuration = EngineConfiguration(
                socketPath: path, retries: hasSocket ? 2 : 0, timeout: timeout ?? limit)
            configuration.backoff = Backoff(base: .milliseconds(1), maximum: .milliseconds(1))
            let outcome = await withEngine(configuration: configuration) { engine -> Run.Outcome in
                await self.outcome(of: call, with: Module(engine: engine))
            }
            return Run(outcome: outcome, requests: requests.withLock { $0 })
        }
    }

    private func outcome(of call: Call, with module: Module) async -> Run.Outcome {
        let task = Task { () -> Run.Outcome in
            do {
                return .returned(isRight: try await call.make(module))
            } catch {
                return .threw(error)
            }
        }
        let watch = Watch(on: module.engine.loop)
        await watch.start(limit * 2) { task.cancel() }
        let outcome = await task.value
        return await watch.stop() ? .tookTooLong(limit * 2) : outcome
    }
}

/// Acts when something takes too long.
private actor Watch {
    private nonisolated let loop: EngineLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor {
        // The actor has the loop, and that the executor, for good.
        unsafe loop.serialExecutor.asUnownedSerialExecutor()
    }

    private var timer: LoopTimer?
    private var hasActed = false

    init(on loop: EngineLoop) {
        self.loop = loop
    }

    func start(_ limit: Duration, action: @escaping @Sendable () -> Void) {
        timer = try? LoopTimer(on: loop) {
            self.assumeIsolated { $0.hasActed = true }
            action()
        }
        timer?.arm(afterNanoseconds: limit.clampedNanoseconds)
    }

    /// Says whether it has acted.
    func stop() async -> Bool {
        timer?.close()
        timer = nil
        return hasActed
    }
}

/// What became of a call, and the requests that it made.
private struct Run: Sendable {
    enum Outcome: Sendable {
        case returned(isRight: Bool)
        case threw(any Error)
        case tookTooLong(Duration)
    }

    let outcome: Outcome
    let requests: [EmbeddedRequest]

    var differenceFromSuccess: String? {
        switch outcome {
        case .returned(true): nil
        case .returned(false): "the call returned something else than the reply says"
        case .threw(let error): "expected success, the call threw \(error)"
        case .tookTooLong(let limit): "the call did not end within \(limit)"
        }
    }

    func difference(
        from code: EngineError.Code, status: Int? = nil, words: String? = nil
    ) -> String? {
        let expected = "expected the error \(code.rawValue) \(code.name)"
        switch outcome {
        case .returned: return "\(expected), the call succeeded"
        case .tookTooLong(let limit): return "\(expected), the call did not end within \(limit)"
        case .threw(let error as EngineError):
            if error.code != code { return "\(expected), the call threw \(error)" }
            if let status, error.httpStatus != status {
                return "\(expected) with the status \(status), the call threw \(error)"
            }
            if let words, error.engineMessage != words {
                return "\(expected) with the engine's words, the call threw \(error)"
            }
            return nil
        case .threw(let error): return "\(expected), the call threw \(error), no EngineError"
        }
    }
}
