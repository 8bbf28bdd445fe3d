import EngineCore
import EngineTesting
import InMemoryTracing
import TestSupport
import Testing
import Tracing

/// The spans of real calls, and what of them reaches the engine.
@Suite(.accountsForResources) struct TraceTests {
    private let tracer = W3CTracer()

    private func configuration(retries: Int = 0) -> EngineConfiguration {
        var configuration = quickConfiguration(retries: retries)
        configuration.tracer = tracer
        return configuration
    }

    private func text(_ span: FinishedInMemorySpan?, _ name: String) -> String? {
        switch span?.attributes.get(name) {
        case .string(let text): text
        case .int64(let number): String(number)
        case .int32(let number): String(number)
        default: nil
        }
    }

    @Test func aCallIsASpanThatTheEngineHearsOf() async throws {
        let path = try await withTelemetry(configuration()) { engine, server in
            _ = try await engine.execute(EngineRequest(.get, "/table?token=secret"))
            let seen = await server.executedRequests()
            let span = try #require(tracer.spans.finishedSpans.first)
            #expect(
                seen.first?.headers["traceparent"] == "00-\(span.traceID)-\(span.spanID)-01")
            return server.socketPath
        }
        #expect(tracer.spans.finishedSpans.count == 1)
        #expect(tracer.spans.activeSpans.isEmpty)
        let span = tracer.spans.finishedSpans.first
        #expect(span?.operationName == "GET")
        #expect(span?.kind == .client)
        #expect(span?.status == nil)
        let expected = [
            "http.request.method": "GET", "server.address": path,
            "url.full": "http://localhost/table?REDACTED", "url.scheme": "http",
            "network.transport": "unix", "network.protocol.version": "1.1",
            "http.response.status_code": "200",
        ]
        #expect(span?.attributes.count == expected.count)
        for (name, value) in expected { #expect(text(span, name) == value) }
    }

    @Test func retriesAreEventsOfTheSpan() async throws {
        let reached = Locked(0)
        let flaky: EmbeddedEngine.Handler = { _ in
            reached.withLock { count in
                count += 1
                return count <= 2 ? .failing(.reset) : .json("{}")
            }
        }
        let seen = try await withTelemetry(configuration(retries: 5), handler: flaky) {
            engine, server in
            _ = try await engine.execute(EngineRequest(.get, "/"))
            return await server.executedRequests()
        }
        let span = try #require(tracer.spans.finishedSpans.first)
        #expect(span.events.map(\.name) == ["retry", "retry"])
        #expect(
            span.events.map { $0.attributes.get("engine.delivery") } == ["consumed", "consumed"])
        #expect(text(span, "http.request.resend_count") == "2")
        #expect(text(span, "error.type") == nil)
        #expect(Set(seen.map { $0.headers["traceparent"] }).count == 1)
    }

    @Test func failuresAreRecorded() async throws {
        try await withTelemetry(configuration()) { engine, _ in
            _ = await failure(of: EngineRequest(.get, "/lost"), engine)
            _ = await failure(
                of: EngineRequest(.get, "/silent", timeout: .milliseconds(20)), engine)
            _ = await failure(of: EngineRequest(.get, "no path"), engine)
            _ = await failure(
                of: EngineRequest(.put, "/", body: .file("/nonexistent/file")), engine)
        }
        let spans = tracer.spans.finishedSpans
        #expect(
            spans.map { text($0, "error.type") } == ["http", "timeout", "unexpected", "unexpected"])
        #expect(spans.allSatisfy { $0.status?.code == .error })
        #expect(spans.allSatisfy { $0.errors.first?.error is EngineError })
        #expect(tracer.spans.activeSpans.isEmpty)
    }

    @Test func aStatusOf400OrMoreIsAnError() async throws {
        try await withTelemetry(configuration()) { engine, _ in
            _ = try await engine.execute(EngineRequest(.init(rawValue: "BREW"), "/status/503"))
        }
        let span = tracer.spans.finishedSpans.first
        #expect(span?.operationName == "HTTP")
        #expect(text(span, "http.request.method") == "_OTHER")
        #expect(text(span, "http.request.method_original") == "BREW")
        #expect(text(span, "error.type") == "503")
        #expect(span?.status?.code == .error)
        #expect(span?.status?.message == nil)
        #expect(span?.errors.isEmpty == true)
    }

    @Test func aStreamsSpanEndsWithItsBody() async throws {
        try await withTelemetry(configuration()) { engine, _ in
            let body = RequestBody.bytes([UInt8](repeating: 1, count: 1 << 21))
            let stream = try await engine.stream(EngineRequest(.post, "/", body: body))
            #expect(tracer.spans.finishedSpans.isEmpty)
            _ = try await stream.body.collect(upTo: 1 << 21)
            #expect(tracer.spans.finishedSpans.count == 1)

            let second = try await engine.stream(EngineRequest(.post, "/", body: body))
            second.body.cancel()
            while tracer.spans.finishedSpans.count < 2 { await Task.yield() }
            let span = tracer.spans.finishedSpans.last
            #expect(text(span, "error.type") == "cancelled")
            #expect(text(span, "http.response.status_code") == "200")
        }
    }

    @Test func theSpanIsAChildOfTheCallers() async throws {
        try await withTelemetry(configuration()) { engine, _ in
            let parent = tracer.startSpan("parent")
            try await ServiceContext.withValue(parent.context) {
                _ = try await engine.execute(EngineRequest(.get, "/"))
            }
            let span = tracer.spans.finishedSpans.first
            #expect(span?.parentSpanID == parent.spanID)
            #expect(span?.traceID == parent.traceID)
            parent.end()
        }
    }

    @Test func whatTheCallerHasSetStays() async throws {
        try await withTelemetry(configuration()) { engine, server in
            _ = try await engine.execute(
                EngineRequest(.get, "/", headers: ["Traceparent": "the caller's"]))
            let seen = await server.executedRequests()
            #expect(seen.first?.headers.values(of: "traceparent") == ["the caller's"])
        }
    }

    @Test func theTasksTracerIsTakenWhenNoneIsNamed() async throws {
        try await withTracer(tracer) {
            try await withTelemetry(quickConfiguration()) { engine, _ in
                _ = try await engine.execute(EngineRequest(.get, "/"))
                try await engine.connect()
            }
        }
        #expect(tracer.spans.finishedSpans.count == 1)
    }
}

/// Keeps spans in memory, and tells of them as the W3C's "Trace Context" has it.
private struct W3CTracer: Tracer {
    let spans = InMemoryTracer(
        idGenerator: .init(
            nextTraceID: { String(repeating: "a", count: 32) },
            nextSpanID: { String(UInt64.random(in: 1 << 60 ... .max), radix: 16) }))

    func startSpan<Instant: TracerInstant>(
        _ operationName: String, context: @autoclosure () -> ServiceContext, ofKind kind: SpanKind,
        at instant: @autoclosure () -> Instant, function: String, file fileID: String, line: UInt
    ) -> InMemorySpan {
        spans.startSpan(
            operationName, context: context(), ofKind: kind, at: instant(), function: function,
            file: fileID, line: line)
    }

    func forceFlush() {}

    func inject<Carrier, Inject: Injector>(
        _ context: ServiceContext, into carrier: inout Carrier, using injector: Inject
    ) where Carrier == Inject.Carrier {
        guard let span = context.inMemorySpanContext else { return }
        injector.inject(
            "00-\(span.traceID)-\(span.spanID)-01", forKey: "traceparent", into: &carrier)
    }

    func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier, into context: inout ServiceContext, using extractor: Extract
    ) where Carrier == Extract.Carrier {}
}
