/// Decodes a response's body as its consumer takes it.
final class DecodedBody: Sendable {
    private struct State {
        let decoder: ContentDecoder
        /// Why nothing more comes.
        var failure: EngineError?
    }

    /// Bytes that one chunk may grow to.
    private static let chunkSize = 64 * 1024

    private let coding: ContentCoding
    private let state: Locked<State>

    init(_ coding: ContentCoding) {
        self.coding = coding
        state = Locked(State(decoder: ContentDecoder(coding)))
    }

    /// The next decoded chunk; nil when more input is needed.
    func next(
        for response: () -> (EngineError.Response, RequestDelivery)
    ) throws(EngineError) -> [UInt8]? {
        try step(response) { decoder throws(ContentDecodingError) in
            let chunk = try decoder.next(upTo: Self.chunkSize)
            return chunk.isEmpty ? nil : chunk
        }
    }

    func feed(_ chunk: [UInt8]) {
        state.withLock { $0.decoder.feed(chunk) }
    }

    /// Checks that the body is complete.
    func finish(
        for response: () -> (EngineError.Response, RequestDelivery)
    ) throws(EngineError) {
        try step(response) { decoder throws(ContentDecodingError) in try decoder.finish() }
    }

    /// Takes a step of the decoder; a failure is final.
    private func step<Success>(
        _ response: () -> (EngineError.Response, RequestDelivery),
        _ step: (ContentDecoder) throws(ContentDecodingError) -> Success
    ) throws(EngineError) -> Success {
        try state.withLock { state throws(EngineError) in
            if let failure = state.failure { throw failure }
            do throws(ContentDecodingError) {
                return try step(state.decoder)
            } catch {
                let (response, delivery) = response()
                let failure = EngineError.undecodable(error, coding, response, delivery)
                state.failure = failure
                throw failure
            }
        }
    }
}

extension EngineResponse {
    private static let chunkSize = 256 * 1024

    /// The response with its body out of its coding, if it has one that is known.
    ///
    /// - Parameter limit: Bytes of the decoded body, at most.
    func decodingContent(upTo limit: Int) throws(EngineError) -> EngineResponse {
        guard !body.isEmpty, let coding = ContentCoding(of: headers) else { return self }
        let decoder = ContentDecoder(coding)
        var decoded: [UInt8] = []
        decoder.feed(body)
        do throws(ContentDecodingError) {
            while decoded.count <= limit {
                let chunk = try decoder.next(upTo: Self.chunkSize)
                if chunk.isEmpty { break }
                decoded += chunk
            }
            if decoded.count <= limit { try decoder.finish() }
        } catch {
            throw .undecodable(error, coding, EngineError.Response(self), .consumed)
        }
        guard decoded.count <= limit else {
            let error = EngineError.malformedResponse(
                .bodyTooLarge(limit: limit), delivery: .consumed)
            throw error.after([], response: EngineError.Response(self))
        }
        return EngineResponse(
            status: status, headers: headers.ofDecodedContent, body: decoded, trailers: trailers)
    }
}

extension HeaderFields {
    /// The fields without those that describe the bytes that were decoded.
    var ofDecodedContent: HeaderFields {
        var fields = self
        fields.removeAll(named: "Content-Encoding")
        fields.removeAll(named: "Content-Length")
        return fields
    }
}
