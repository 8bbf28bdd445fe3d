import EngineCore
import EngineModules
import LoadClient

/// The requests of each work, and what their answers must be.
struct EngineRequests: Sendable {
    private static let fixedSize = 90

    private let engine: Engine
    // Options are looked up by name, which would count as the client's.
    private let size: Int
    private let file: String
    private let raw: EngineRequest
    private let connect: EngineRequest
    private let hold: EngineRequest
    private let download: EngineRequest

    init(_ engine: Engine, _ options: LoadOptions) {
        self.engine = engine
        size = options.size
        file = options.file
        raw = EngineRequest(.post, "/metrics/list", body: .json(text: "{}"))
        connect = EngineRequest(
            .post, "/metrics/list", headers: ["Connection": "close"], body: .json(text: "{}"))
        hold = EngineRequest(.get, "/hold/\(options.callers)")
        download = EngineRequest(.get, "/bytes/\(options.size)")
    }

    func send(_ work: Work) async throws {
        switch work {
        case .raw: try await execute(raw)
        case .connect: try await execute(connect)
        case .hold: try await execute(hold)
        case .json:
            let status = try await engine.status.get()
            guard !status.isReady, status.ioc.count == 6 else { throw WrongAnswer("status") }
        case .download: try await receive()
        case .upload:
            try await send(.stream(Zeros(size: size), length: size))
        case .uploadChunked: try await send(.stream(Zeros(size: size)))
        case .uploadFile: try await send(.file(file))
        }
    }

    private func execute(_ request: EngineRequest) async throws {
        let response = try await engine.execute(request)
        guard response.status == 200, response.body.count == Self.fixedSize else {
            throw WrongAnswer("status \(response.status), \(response.body.count) bytes")
        }
    }

    private func receive() async throws {
        let response = try await engine.stream(download)
        var received = 0
        for try await chunk in response.body { received += chunk.count }
        guard response.status == 200, received == size else {
            throw WrongAnswer("status \(response.status), \(received) bytes")
        }
    }

    private func send(_ body: RequestBody) async throws {
        let response = try await engine.execute(EngineRequest(.put, "/sink", body: body))
        let count = String(decoding: response.body, as: UTF8.self)
        guard response.status == 200, count == String(size) else {
            throw WrongAnswer("status \(response.status), the server counted \(count)")
        }
    }
}
