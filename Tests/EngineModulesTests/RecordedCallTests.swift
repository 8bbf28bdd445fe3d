import EngineCore
import EngineTesting
import TestSupport
import Testing

/// Every call against what a real engine was asked and answered.
@Suite(.accountsForResources) struct RecordedCallTests {
    // What no module can say: other routes, other methods, no JSON, or a field left out.
    private let beyondTheModules: Set = [
        "metrics.dump.emptybody", "metrics.get.missing", "badjson", "wrongtype", "unknownfield",
        "notfound", "wrongmethod", "router.route.post.empty", "ns.create.missing",
        "logtest.delete", "geo.get.missing", "ioc.update.missing", "chunked.request",
    ]

    @Test(arguments: RecordedCall.all)
    func sendsAndReadsWhatWasRecorded(_ call: RecordedCall) async throws {
        let exchange = try RecordedExchange.named(call.exchange)
        let conversation = try await Conversation(making: call.make) { request, _ in
            await answer(exchange, to: request)
        }
        try #require(conversation.requests.count == 1)
        let request = conversation.requests[0]
        #expect("\(request.method) \(request.path)" == exchange.route)
        // A bare nil would be JSON's null.
        let body = request.body.isEmpty ? JSONValue?.none : try JSONValue(parsing: request.body)
        let recordedBody = try exchange.requestJSON
        #expect(body == recordedBody)

        guard let refusal = try exchange.refusal else {
            #expect(conversation.error == nil)
            return
        }
        let error = try #require(conversation.error)
        let status = try exchange.status
        #expect(error.code == .http)
        #expect(error.httpStatus == status)
        #expect(error.engineMessage == refusal)
        #expect(error.delivery == .consumed)
    }

    @Test(arguments: RecordedCall.all)
    func isRepeatedWhereThatIsSafe(_ call: RecordedCall) async throws {
        let exchange = try RecordedExchange.named(call.exchange)
        let conversation = try await Conversation(making: call.make) { request, earlier in
            earlier == 0 ? .failing(.reset) : await answer(exchange, to: request)
        }
        if try #require(repeatability[exchange.route]) == .safe {
            let refusal = try exchange.refusal
            #expect(conversation.requests.count == 2)
            #expect(conversation.error?.engineMessage == refusal)
        } else {
            #expect(conversation.requests.count == 1)
            #expect(conversation.error?.delivery == .consumed)
            #expect(conversation.error?.httpStatus == nil)
        }
    }

    @Test(arguments: RecordedCall.all)
    func aRefusalUnderAnOKIsOne(_ call: RecordedCall) async throws {
        let conversation = try await Conversation(making: call.make) { _, _ in
            .json(#"{"status":"ERROR","error":"not now"}"#)
        }
        let error = try #require(conversation.error)
        #expect(error.code == .http)
        #expect(error.httpStatus == 200)
        #expect(error.engineMessage == "not now")
        #expect(conversation.requests.count == 1)
    }

    @Test func everyExchangeAndRouteHasACall() throws {
        let exchanges = try RecordedExchange.all().filter { $0.socket == .api }
        let called = Set(RecordedCall.all.map(\.exchange))
        #expect(called.count == RecordedCall.all.count)
        #expect(called.union(beyondTheModules) == Set(exchanges.map(\.name)))
        #expect(called.isDisjoint(with: beyondTheModules))
        let routes = Set(exchanges.filter { called.contains($0.name) }.map(\.route))
        #expect(routes == Set(repeatability.keys))
    }

    private func answer(
        _ exchange: RecordedExchange, to request: EmbeddedRequest
    ) async -> EmbeddedResponse {
        do {
            return try await exchange.answer(request)
        } catch {
            Issue.record(error)
            return EmbeddedResponse(status: 500)
        }
    }
}
