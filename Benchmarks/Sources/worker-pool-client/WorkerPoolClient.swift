import ClosedLoop
import EngineCore
import Foundation

/// Ours: `worker-pool-client SOCKET CONCURRENCY REQUESTS [CONNECTIONS] [--unsafe OUTCOMES]`. With
/// CONNECTIONS the client is told what it otherwise finds out: how many connections the server
/// serves at a time. With OUTCOMES the requests may not be repeated, and how each of them ended is
/// written to that file.
@main
enum WorkerPoolClient {
    static func main() async throws {
        var arguments = CommandLine.arguments
        var outcomesFile: String?
        if arguments.dropLast().last == "--unsafe" {
            outcomesFile = arguments.removeLast()
            arguments.removeLast()
        }
        guard let load = Load(arguments) else {
            print(
                """
                usage: worker-pool-client SOCKET CONCURRENCY REQUESTS [CONNECTIONS] \
                [--unsafe OUTCOMES]
                """)
            exit(64)
        }
        var configuration = EngineConfiguration(socketPath: load.socket)
        if let connections = load.option { configuration.maximumConnections = connections }
        var request = EngineRequest(
            .post, "/metrics/list", headers: ["Content-Type": "application/json"],
            body: .json(text: "{}"), timeout: .seconds(5))
        request.repeatability = .safe
        let unsafeRequests = outcomesFile.map { _ in UnsafeRequests() }
        let name = load.option == nil ? "ours" : "reference"
        let report = await withEngine(configuration: configuration) { engine in
            await load.run(client: name) { [request] () async throws(RequestFailure) in
                if let unsafeRequests {
                    try await unsafeRequests.send(with: engine)
                } else {
                    try await send(request, with: engine)
                }
            }
        }
        if let outcomesFile { try unsafeRequests?.write(to: outcomesFile) }
        try report.print()
    }

    static func send(_ request: EngineRequest, with engine: Engine) async throws(RequestFailure) {
        let status: Int
        do throws(EngineError) {
            status = try await engine.execute(request).status
        } catch {
            FileHandle.standardError.write(Data("\(error) \(error.attempts)\n".utf8))
            throw RequestFailure("\(error.code.name) \(error.delivery)")
        }
        guard status == 200 else { throw RequestFailure("status \(status)") }
    }
}
