import ClosedLoop
import EngineCore
import Foundation

/// Ours: `worker-pool-client SOCKET CONCURRENCY REQUESTS [CONNECTIONS]`. With CONNECTIONS the client
/// is told what it otherwise finds out: how many connections the server serves at a time.
@main
enum WorkerPoolClient {
    static func main() async throws {
        guard let load = Load(CommandLine.arguments) else {
            print("usage: worker-pool-client SOCKET CONCURRENCY REQUESTS [CONNECTIONS]")
            exit(64)
        }
        var configuration = EngineConfiguration(socketPath: load.socket)
        if let connections = load.option { configuration.maximumConnections = connections }
        var request = EngineRequest(
            .post, "/metrics/list", headers: ["Content-Type": "application/json"],
            body: Array("{}".utf8), timeout: .seconds(5))
        request.repeatability = .safe
        let name = load.option == nil ? "ours" : "reference"
        let report = await withEngine(configuration: configuration) { engine in
            await load.run(client: name) { [request] () async throws(RequestFailure) in
                try await send(request, with: engine)
            }
        }
        try report.print()
    }

    private static func send(
        _ request: EngineRequest, with engine: Engine
    ) async throws(RequestFailure) {
        let status: Int
        do throws(EngineError) {
            status = try await engine.execute(request).status
        } catch {
            FileHandle.standardError.write(Data("\(error) \(error.attempts)\n".utf8))
            throw RequestFailure(error.code.name)
        }
        guard status == 200 else { throw RequestFailure("status \(status)") }
    }
}
