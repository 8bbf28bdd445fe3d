import EngineCore

/// The API that Docker and podman share.
///
/// Source: <https://docs.docker.com/reference/api/engine/>.
struct ContainersModule: EngineModule {
    static let name = "containers"
    let engine: Engine

    func version() async throws(EngineError) -> DaemonVersion {
        try await get("/version")
    }

    func containers(includingStopped: Bool = false) async throws(EngineError) -> [Container] {
        try await get("/containers/json?all=\(includingStopped)")
    }

    func images() async throws(EngineError) -> [Image] {
        try await get("/images/json")
    }

    /// Pulls an image; the daemon tells of its progress while it does.
    ///
    /// - Throws: ``EngineError``, with the daemon's words when it gives up half-way.
    func pull(
        _ image: String, onProgress: (PullProgress) -> Void
    ) async throws(EngineError) {
        // Unreserved characters alone: `&` and `+` have a meaning in a query.
        let name = image.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? image
        var request = EngineRequest(.post, "/images/create?fromImage=\(name)")
        // The daemon is silent while it unpacks, before the head and after it.
        request.timeout = .seconds(300)
        request.stallTimeout = .seconds(300)
        let response = try await engine.stream(request)
        guard response.isSuccess else {
            let body = try await response.body.collect(upTo: 65_536)
            throw refusal(EngineResponse(status: response.status, body: body))
        }
        var lines = JSONLines()
        for try await chunk in response.body {
            for progress in try lines.add(chunk, as: PullProgress.self) {
                onProgress(try progress.checked)
            }
        }
        for progress in try lines.finish(as: PullProgress.self) {
            onProgress(try progress.checked)
        }
    }

    private func get<Reply: Decodable>(_ path: String) async throws(EngineError) -> Reply {
        let response = try await engine.execute(EngineRequest(.get, path))
        guard response.isSuccess else { throw refusal(response) }
        return try response.decode()
    }

    /// The daemon's own words, which it has in a member that is not the Wazuh Engine's.
    private func refusal(_ response: EngineResponse) -> EngineError {
        let reply = try? JSONValue(parsing: response.body)
        return EngineError(
            .http, message: "the daemon refused the request", detail: response.text,
            delivery: .consumed, response: EngineError.Response(response),
            engineMessage: reply?["message"]?.stringValue)
    }
}
