internal import EngineCore
internal import EngineModules
internal import EngineSansIO

/// Makes a request as it was planned, and judges the answer.
struct RequestRunner: Sendable {
    let engine: Engine
    let files: UploadFiles
    let population: Population

    func perform(_ plan: RequestPlan, as number: RequestNumber) async -> RequestOutcome {
        do throws(EngineError) {
            switch plan.kind {
            case .get, .pulse, .put, .post, .file:
                return judge(try await engine.execute(request(plan, number)), plan, number)
            case .download, .upload, .exchange:
                return try await stream(plan, number)
            case .json:
                let module = engine.module(NumberModule.self)
                let reply = try await module.number(
                    number, isSafe: plan.repeatability == .safe, timeout: timeout(plan))
                return reply.number == number.description
                    ? RequestOutcome(.answered) : RequestOutcome(.strange, reply.number)
            case .tester: return try await tester(number)
            case .route:
                try await engine.router.post(
                    Route(name: number.marker, namespaceID: "standard", priority: 5))
                return RequestOutcome(.acknowledged)
            case .lookup:
                let entry = try await engine.router.get(number.marker)
                return RequestOutcome(.strange, "there is a route \(entry.route.name)")
            case .connect:
                try await engine.connect()
                return RequestOutcome(.acknowledged)
            }
        } catch {
            return RequestOutcome(error)
        }
    }

    private func timeout(_ plan: RequestPlan) -> Duration {
        .microseconds(Int64(plan.timeoutMilliseconds * 1_000))
    }

    private func request(_ plan: RequestPlan, _ number: RequestNumber) -> EngineRequest {
        var headers: HeaderFields = [
            ChaosHeader.number: "\(number)", ChaosHeader.bodySize: "\(plan.bodySize)",
            ChaosHeader.answerSize: "\(plan.answerSize)",
        ]
        if let size = plan.answerChunkSize { headers.append(ChaosHeader.chunkSize, "\(size)") }
        let method: HTTPMethod =
            switch plan.kind {
            case .get, .pulse, .download: .get
            case .put: .put
            default: .post
            }
        var request = EngineRequest(
            method, ChaosServer.echoPath, headers: headers, body: body(plan, number),
            timeout: timeout(plan))
        request.stallTimeout = request.timeout
        if plan.hasRoutingKey { request.routingKey = "key \(number.sequence % 10)" }
        request.repeatability =
            switch plan.repeatability {
            case .safe: .safe
            case .once: .unsafe
            case .never: .never
            }
        return request
    }

    private func body(_ plan: RequestPlan, _ number: RequestNumber) -> RequestBody {
        let pattern = BodyPattern(number, .upload)
        switch plan.kind {
        case .file:
            return .file(files.path(of: number))
        case .upload, .exchange:
            let body = NumberedBody(
                pattern, size: plan.bodySize, plan.production, population: population)
            return .stream(
                body, length: plan.uploadIsChunked ? nil : plan.bodySize,
                isRepeatable: plan.repeatability == .safe)
        default:
            return .bytes(pattern.bytes(0..<plan.bodySize))
        }
    }

    private func judge(
        _ response: EngineResponse, _ plan: RequestPlan, _ number: RequestNumber
    ) -> RequestOutcome {
        guard response.status < 400 else {
            return RequestOutcome(.refused, "status \(response.status)")
        }
        let isOwn =
            response.headers[ChaosHeader.number] == "\(number)"
            && response.body.count == plan.answerSize
            && BodyPattern(number, .answer).matches(response.body)
        return isOwn ? RequestOutcome(.answered) : RequestOutcome(.strange, describe(response))
    }

    private func describe(_ response: EngineResponse) -> String {
        let number = response.headers[ChaosHeader.number] ?? "none"
        return "status \(response.status), number \(number), \(response.body.count) bytes"
    }

    private func tester(_ number: RequestNumber) async throws(EngineError) -> RequestOutcome {
        let run = TesterRun(name: ChaosServer.session, event: "1:chaos:\(number.marker)")
        let result = try await engine.tester.run(run)
        let original = result.output["event"]?["original"]?.stringValue ?? ""
        return original == number.marker
            ? RequestOutcome(.answered) : RequestOutcome(.strange, original)
    }

    // MARK: Streams

    private func stream(
        _ plan: RequestPlan, _ number: RequestNumber
    ) async throws(EngineError) -> RequestOutcome {
        let response = try await engine.stream(request(plan, number))
        guard response.status < 400 else {
            return RequestOutcome(.refused, "status \(response.status)")
        }
        guard let own = response.headers[ChaosHeader.number] else {
            // The beginning of a stranger's answer, which is never whole.
            _ = try await response.body.collect(upTo: 1_000_000)
            return RequestOutcome(.strange, "status \(response.status), no number")
        }
        guard own == "\(number)" else {
            return RequestOutcome(.strange, "status \(response.status), number \(own)")
        }
        let pattern = BodyPattern(number, .answer)
        var offset = 0
        var rest = 0
        if isEnough(offset, plan, response.body) { return RequestOutcome(.abandoned) }
        for try await chunk in response.body {
            guard pattern.matches(chunk, at: offset) else {
                return RequestOutcome(.strange, "other bytes from \(offset) on")
            }
            offset += chunk.count
            rest += chunk.count
            if case .slow(let milliseconds) = plan.intake, rest >= RequestPlan.intakeSize {
                rest = 0
                await pause(milliseconds)
            }
            if isEnough(offset, plan, response.body) { return RequestOutcome(.abandoned) }
        }
        guard offset == plan.answerSize else {
            return RequestOutcome(.strange, "\(offset) bytes in place of \(plan.answerSize)")
        }
        let trailer = response.body.trailers?[ChaosHeader.trailer]
        if plan.answerChunkSize != nil, let trailer, trailer != "\(number)" {
            return RequestOutcome(.strange, "trailer of \(trailer)")
        }
        return RequestOutcome(.answered)
    }

    private func isEnough(_ offset: Int, _ plan: RequestPlan, _ body: ResponseBody) -> Bool {
        switch plan.intake {
        case .all, .slow: return false
        case .abandon(let limit): return offset >= limit
        case .cancel(let limit):
            guard offset >= limit else { return false }
            body.cancel()
            return true
        }
    }
}

/// A module as a user writes one.
struct NumberModule: EngineModule {
    static let name = "number"
    let engine: Engine

    struct Question: Encodable {
        let number: String
    }

    struct Reply: Decodable {
        let number: String
    }

    func number(
        _ number: RequestNumber, isSafe: Bool, timeout: Duration
    ) async throws(EngineError) -> Reply {
        try await send(
            ChaosServer.jsonPath, Question(number: number.marker),
            repeatability: isSafe ? .safe : .unsafe, timeout: timeout)
    }
}
