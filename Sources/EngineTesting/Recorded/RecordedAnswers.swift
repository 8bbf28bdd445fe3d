internal import EngineCore
internal import EngineSansIO

/// Answers as the recorded engine did.
///
/// A request that was recorded with the same JSON gets that answer, another one the first good
/// answer of its route, and an unknown route the engine's empty 404.
public enum RecordedAnswers {
    private struct Route: Hashable {
        let method: String
        let path: String
    }

    private struct Answer {
        let request: JSONValue?
        let response: EmbeddedResponse
        let isGood: Bool
    }

    private static let answers: [Route: [Answer]] = {
        // Without its recording the engine knows no route.
        let exchanges = (try? RecordedExchange.all()) ?? []
        return Dictionary(grouping: exchanges) { Route(method: $0.method, path: $0.path) }
            .mapValues { $0.compactMap(answer(from:)) }
    }()

    /// The answer to a request.
    public static func answer(_ request: EmbeddedRequest) async -> EmbeddedResponse {
        if EventEndpoint.serves(request) { return await EventEndpoint().answer(request) }
        let route = Route(method: request.method.rawValue, path: request.path)
        guard let candidates = answers[route] else { return EmbeddedResponse(status: 404) }
        // Event batches are no JSON, and an empty body counts as an empty object.
        let body = request.body
        let json = try? JSONValue(parsing: body)
        let wanted = json ?? (body.isEmpty ? .object([:]) : nil)
        let exact = candidates.first { $0.request == wanted }
        return (exact ?? candidates.first { $0.isGood } ?? candidates.first)?.response
            ?? EmbeddedResponse(status: 404)
    }

    private static func answer(from exchange: RecordedExchange) -> Answer? {
        guard let response = parse(exchange.responseBytes) else { return nil }
        let body = exchange.body ?? ""
        let json = try? JSONValue(parsing: Array(body.utf8))
        let isRefusal = (try? response.checkSuccess()) == nil
        return Answer(
            request: json ?? (body.isEmpty ? .object([:]) : nil),
            response: EmbeddedResponse(
                status: response.status, headers: response.ownFields, body: response.body),
            isGood: !isRefusal)
    }

    private static func parse(_ bytes: [UInt8]) -> EngineResponse? {
        var parser = ResponseParser()
        parser.startResponse(to: .post)
        var head: ResponseHead?
        var body: [UInt8] = []
        return bytes.withRawSpan { bytes in
            var offset = 0
            while let event = try? parser.next(bytes, from: &offset) {
                switch event {
                case .head(let parsed): head = parsed
                case .body(let range): body.append(bytes, in: range)
                case .needMore: return nil
                case .end:
                    return head.map {
                        EngineResponse(status: $0.status, headers: $0.fields, body: body)
                    }
                }
            }
            return nil
        }
    }
}

extension EngineResponse {
    /// The fields that are not the server's to write.
    fileprivate var ownFields: HeaderFields {
        var fields = HeaderFields()
        for field in headers where !["Keep-Alive", "Content-Length"].contains(field.name) {
            fields.append(field.name, field.value)
        }
        return fields
    }
}
