import EngineCore
import Foundation
import Testing

/// What is asked of each server that runs a program of ours.
struct ApplicationChecks {
    private let withProgram: ((Server) async throws -> Void) async throws -> Void

    init(_ program: ServerProgram) {
        withProgram = { try await withServer(program, $0) }
    }

    /// A proxy in front of a server that prints its address.
    init(_ backend: ServerProgram, behind proxy: @escaping (String) -> ServerProgram) {
        withProgram = { operation in
            try await withServer(backend) { backend in
                try await withServer(proxy(await backend.announcement), operation)
            }
        }
    }

    func everyFraming(_ more: [Exchange] = []) async throws {
        try await withProgram { server in
            try await withClient(of: server) { engine in
                for exchange in ApplicationExchanges.common + more {
                    try await exchange.run(with: engine)
                }
            }
        }
    }

    func thousandRequests(_ more: [Exchange] = []) async throws {
        try await withProgram { server in
            try await withClient(of: server) { engine in
                let load = Load(of: ApplicationExchanges.common + more)
                try await load.run(with: engine).expectSuccess()
            }
        }
    }

    func largeBodies() async throws {
        let size = 20_000_003
        try await withProgram { server in
            try await withClient(of: server) { engine in
                let large = [
                    ApplicationExchanges.length(size), ApplicationExchanges.chunked(size),
                    ApplicationExchanges.echo(size),
                    Exchange(.init(.post, "/count", bytes: .pattern(size)), text: "\(size)"),
                ]
                for exchange in large { try await exchange.run(with: engine) }
                #expect(await engine.statistics.retries.isEmpty)
            }
        }
    }

    /// A response that comes while the body is on its way is the response.
    func answersBeforeTheBodyIsThere() async throws {
        try await withProgram { server in
            try await withClient(of: server) { engine in
                let post = EngineRequest(.post, "/early", bytes: .pattern(8_000_000))
                for _ in 0..<10 {
                    try await Exchange(post, status: 413, text: "enough").run(with: engine)
                    try await ApplicationExchanges.length(9).run(with: engine)
                }
                #expect(await engine.statistics.retries.isEmpty)
            }
        }
    }

    /// A response that ends early is an error, not a short response.
    func cutShort() async throws {
        try await withProgram { server in
            try await withClient(of: server, retries: 0) { engine in
                for size in [1, 100, 1_000_000] {
                    let error = await #expect(throws: EngineError.self) {
                        try await engine.execute(EngineRequest(.get, "/cut?size=\(size)"))
                    }
                    #expect(error?.code == .http)
                    #expect(error?.progress.map { $0.bytesReceived >= size } == true)
                    try await ApplicationExchanges.length(9).run(with: engine)
                }
            }
        }
    }

    /// What may be repeated succeeds whatever happens to the server.
    func restartsUnderLoad() async throws {
        try await withProgram { server in
            try await withClient(of: server, retries: 1_000) { engine in
                let exchanges = ApplicationExchanges.common.filter {
                    $0.request.method.isIdempotent
                }
                try await Load(of: exchanges).run(with: engine, restarting: server).expectSuccess()
            }
        }
    }

    /// What may not be repeated runs once when it succeeds, never when it is said not to have been
    /// read, and at most once otherwise.
    func atMostOnceAcrossRestarts() async throws {
        try await withProgram { server in
            let load = Load { number in
                Exchange(
                    .init(.post, "/note", bytes: Array("\(number)".utf8)), text: "\(number)")
            }
            let tally = try await withClient(of: server, retries: 1_000) { engine in
                try await load.run(with: engine, restarting: server)
            }
            #expect(tally.unexpected.isEmpty)
            #expect(tally.total == load.count)
            let log = try String(contentsOfFile: server.path(of: "executed.log"), encoding: .utf8)
            var runs = [Int](repeating: 0, count: load.count)
            for line in log.split(separator: "\n") { runs[try #require(Int(line))] += 1 }
            for (number, error) in tally.failures {
                let most = [.neverSent, .notRead].contains(error.delivery) ? 0 : 1
                #expect(runs[number] <= most, "\(number): \(error), \(error.delivery)")
                runs[number] = 1
            }
            #expect(runs == [Int](repeating: 1, count: load.count))
        }
    }
}
