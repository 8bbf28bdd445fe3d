internal import Tracing

/// The client span of one call, from its start to its end; made only where there is a tracer.
///
/// One span is for all tries of a call, with an event for each that was followed by another.
///
/// Source: OpenTelemetry's semantic conventions for HTTP client spans.
final class RequestSpan: Sendable {
    private let span: any Span

    /// Starts a span under the calling task's context, and tells the engine of it.
    ///
    /// - Parameters:
    ///   - tracer: Where it is told.
    ///   - request: Gets the fields that carry the context; those that are there stay as they are.
    ///   - socketPath: The engine's, where there is but one.
    init(_ tracer: any Tracer, _ request: inout EngineRequest, socketPath: String?) {
        let method = request.method
        let index = KnownMethod.index(of: method)
        span = tracer.startAnySpan(
            index == 0 ? "HTTP" : method.rawValue,
            context: ServiceContext.current ?? .topLevel, ofKind: .client)
        var attributes = SpanAttributes()
        attributes[AttributeName.method] = KnownMethod.names[index]
        if index == 0 { attributes[AttributeName.originalMethod] = method.rawValue }
        if let socketPath { attributes[AttributeName.serverAddress] = socketPath }
        attributes[AttributeName.url] = request.loggedURL
        attributes[AttributeName.scheme] = "http"
        attributes[AttributeName.transport] = "unix"
        attributes[AttributeName.protocolVersion] = "1.1"
        let all = attributes
        span.updateAttributes { $0.merge(all) }
        tracer.inject(span.context, into: &request.headers, using: HeaderInjector())
    }

    /// A try failed, and another follows.
    func retried(after failure: ExchangeFailure, attempt: Int, by socketPath: String?) {
        var attributes = SpanAttributes()
        attributes[AttributeName.resendCount] = attempt
        attributes[AttributeName.delivery] = failure.delivery.rawValue
        attributes[LogKey.phase] = failure.phase.rawValue
        if let socketPath { attributes[AttributeName.serverAddress] = socketPath }
        span.addEvent(SpanEvent(name: "retry", attributes: attributes))
    }

    /// A whole response came.
    func answered(_ status: Int, by socketPath: String, resends: Int) {
        setEnd(status: status, errorType: status >= 400 ? String(status) : nil, socketPath, resends)
        // Its description would only repeat the status.
        if status >= 400 { span.setStatus(SpanStatus(code: .error)) }
        span.end()
    }

    /// The call failed.
    ///
    /// - Parameter status: Of the head that came before; 0 for none.
    func failed(_ error: EngineError, status: Int, by socketPath: String?, resends: Int) {
        setEnd(status: status, errorType: error.code.name, socketPath, resends)
        span.recordError(error)
        span.setStatus(SpanStatus(code: .error, message: error.message))
        span.end()
    }

    private func setEnd(status: Int, errorType: String?, _ socketPath: String?, _ resends: Int) {
        span.updateAttributes { attributes in
            if status > 0 { attributes[AttributeName.status] = status }
            if let errorType { attributes[AttributeName.errorType] = errorType }
            if let socketPath { attributes[AttributeName.serverAddress] = socketPath }
            if resends > 0 { attributes[AttributeName.resendCount] = resends }
        }
    }
}

/// Puts a context into a request's fields; who has set one knows better.
private struct HeaderInjector: Injector {
    func inject(_ value: String, forKey key: String, into fields: inout HeaderFields) {
        if fields[key] == nil { fields.append(key, value) }
    }
}

extension EngineRequest {
    /// The URL for traces: with the host that is sent, and without what a query may hold.
    fileprivate var loggedURL: String {
        let path = pathWithoutQuery
        return "http://localhost" + path + (path == self.path ? "" : "?REDACTED")
    }
}

extension EngineConfiguration {
    /// Who is told of spans; nil for nobody.
    var activeTracer: (any Tracer)? {
        let tracer = tracer ?? InstrumentationSystem.tracer
        return tracer is NoOpTracer ? nil : tracer
    }
}
