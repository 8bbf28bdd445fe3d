internal import EngineCore
internal import EngineModules
internal import EngineSansIO
internal import EngineTesting
internal import Foundation
internal import Synchronization

/// Answers requests, and writes down each one before its answer.
final class ChaosServer: Sendable {
    /// Where raw requests go.
    static let echoPath = "/chaos/echo"
    /// Where JSON goes.
    static let jsonPath = "/chaos/json"
    /// The tester's session that there is.
    static let session = "chaos"

    private struct Mood {
        var faults: [AnswerFault] = []
        var generator: SeededGenerator
    }

    private let log: AppendingFile
    private let mood: Mutex<Mood>
    private let events = EventEndpoint()
    private let state: EngineState

    /// - Parameters:
    ///   - log: What was run goes there.
    ///   - generator: Which answers go wrong.
    init(log: AppendingFile, generator: SeededGenerator) {
        self.log = log
        mood = Mutex(Mood(generator: generator))
        var state = EngineState()
        state.content.namespaces["standard"] = .init(policy: [
            "enabled": true, "root_decoder": "", "integrations": [], "filters": [],
            "enrichments": [], "index_unclassified_events": false,
            "index_discarded_events": false, "hash": "1f2e",
        ])
        let session = TesterSession(name: Self.session, namespaceID: "standard")
        state.tester.sessions[Self.session] = .init(session)
        self.state = state
    }

    /// Sets what goes wrong from here on.
    func setFaults(_ faults: [AnswerFault]) {
        mood.withLock { $0.faults = faults }
    }

    /// The embedded engine's handler.
    func answer(_ request: EmbeddedRequest) async -> EmbeddedResponse {
        let fault = mood.withLock { mood in
            mood.faults.first { mood.generator.chance($0.probability) }
        }
        let response: EmbeddedResponse
        switch request.path {
        case Self.echoPath: response = echo(request, fault)
        case "/events/enriched": response = await take(request)
        default: response = typed(request, fault)
        }
        return fault?.applied(to: response) ?? response
    }

    // MARK: Routes

    private func echo(_ request: EmbeddedRequest, _ fault: AnswerFault?) -> EmbeddedResponse {
        guard let number = request.headers[ChaosHeader.number].flatMap({ RequestNumber($0) }),
            let bodySize = request.headers[ChaosHeader.bodySize].flatMap({ Int($0) }),
            let answerSize = request.headers[ChaosHeader.answerSize].flatMap({ Int($0) })
        else { return EmbeddedResponse(status: 400) }
        let isWhole =
            request.body.count == bodySize
            && BodyPattern(number, .upload).matches(request.body)
        logExecution(number, fault, isBodyDamaged: !isWhole)
        let body = BodyPattern(number, .answer).bytes(0..<answerSize)
        // The coding takes the place of a fault.
        if fault == nil, let size = request.headers[ChaosHeader.chunkSize].flatMap({ Int($0) }) {
            return ChunkedAnswer.response(to: number, body: body, chunkSize: max(1, size))
        }
        return EmbeddedResponse(headers: [ChaosHeader.number: "\(number)"], body: body)
    }

    private func typed(_ request: EmbeddedRequest, _ fault: AnswerFault?) -> EmbeddedResponse {
        let text = String(decoding: request.body, as: UTF8.self)
        guard let number = RequestNumber(markedIn: text) else {
            // A look at the engine's health.
            if request.path == "/status" { return .json(#"{"status":"OK"}"#) }
            return EmbeddedResponse(status: 404)
        }
        logExecution(number, fault)
        if request.path == Self.jsonPath {
            return .json(#"{"status":"OK","number":"\#(number)"}"#)
        }
        // A copy: what requests leave behind would grow for as long as the engine lives.
        var state = state
        return state.answer(request, at: Int64(Date().timeIntervalSince1970 * 1_000))
    }

    private func take(_ request: EmbeddedRequest) async -> EmbeddedResponse {
        let response = await events.answer(request)
        if let batch = EventText.batch(in: request.body) {
            log.append(
                ExecutionRecord.events(
                    .init(
                        time: monotonicNanoseconds(), source: batch.source, process: getpid(),
                        numbers: batch.numbers)
                ).line)
        }
        return response
    }

    private func logExecution(
        _ number: RequestNumber, _ fault: AnswerFault?, isBodyDamaged: Bool = false
    ) {
        log.append(
            ExecutionRecord.request(
                .init(
                    time: monotonicNanoseconds(), number: number, process: getpid(),
                    isBodyDamaged: isBodyDamaged, isAnswerSpoiled: fault?.kind == .spoil)
            ).line)
    }
}
