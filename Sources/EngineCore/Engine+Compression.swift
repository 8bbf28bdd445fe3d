// Requests whose responses may be compressed.
extension Engine {
    func executeDecoding(_ request: EngineRequest) async throws(EngineError) -> EngineResponse {
        let response = try await execute(request.askingForCompression)
        guard request.mayBeDecoded else { return response }
        return try response.decodingContent(upTo: configuration.limits.bodySize)
    }

    func streamDecoding(
        _ request: EngineRequest
    ) async throws(EngineError) -> EngineResponseStream {
        let response = try await stream(request.askingForCompression)
        guard request.mayBeDecoded, ![204, 304].contains(response.status),
            let coding = ContentCoding(of: response.headers)
        else { return response }
        return EngineResponseStream(
            status: response.status, headers: response.headers.ofDecodedContent,
            body: response.body.decoding(coding))
    }
}

extension EngineRequest {
    /// The request as it is sent, its response as it comes.
    fileprivate var askingForCompression: EngineRequest {
        var request = self
        request.acceptsCompression = false
        if mayBeDecoded, headers["Accept-Encoding"] == nil {
            request.headers.append("Accept-Encoding", ContentCoding.accepted)
        }
        return request
    }

    // A part of a coded body can't be decoded, and the response to `HEAD` has no body.
    fileprivate var mayBeDecoded: Bool { headers["Range"] == nil && method != .head }
}
