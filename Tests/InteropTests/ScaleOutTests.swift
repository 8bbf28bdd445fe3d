import EngineCore
import Foundation
import TestSupport
import Testing

/// The example's HAProxy as a sidecar, which leads to engines on three other hosts.
@Suite(
    .accountsForResources, .needs(.haproxy(to: ""), .iproute), .canMakeHosts,
    .timeLimit(.minutes(20)))
struct ScaleOutTests {
    enum Loss: String, CaseIterable, Sendable {
        case engine, host

        var command: String { self == .engine ? "kill 2" : "unplug 2" }
        var undoing: String { self == .engine ? "start 2" : "plug 2" }
    }

    private static let serving = ["--fixed", "--latency", "2ms", "--workers", "2"]

    /// In turn one that may be repeated and one that must not be; each target is there once.
    private static func load(_ name: String, count: Int) -> Load {
        var load = Load { number in
            var request = EngineRequest(
                number.isMultiple(of: 2) ? .get : .post, "/\(name)?number=\(number)")
            // HAProxy treats the first request on a connection differently from later ones.
            if number % 4 < 2 { request.headers.append("Connection", "close") }
            return Exchange(request, text: #"{"status":"OK"}"#)
        }
        load.count = count
        load.inParallel = 32
        return load
    }

    private func withHosts(_ operation: (Hosts, Engine) async throws -> Void) async throws {
        try await Hosts.with(serving: Self.serving) { hosts in
            try await withEngine(configuration: .init(socketPath: hosts.socketPath)) { engine in
                try await operation(hosts, engine)
            }
        }
    }

    /// What may be repeated succeeds; what may not runs once when it succeeds, and at most once else.
    private func check(
        _ tally: Tally, of load: Load, on hosts: Hosts,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        #expect(
            tally.unexpected.isEmpty, "\(tally.unexpected.prefix(5))",
            sourceLocation: sourceLocation)
        #expect(tally.total == load.count, sourceLocation: sourceLocation)
        var runs: [String: Int] = [:]
        for engine in 1...3 {
            for target in try hosts.executed(by: engine) { runs[target, default: 0] += 1 }
        }
        let failures = Dictionary(uniqueKeysWithValues: tally.failures)
        // No more than the client's connections can have been on their way.
        #expect(failures.count <= 16, sourceLocation: sourceLocation)
        for number in 0..<load.count {
            let request = load.exchange(number).request
            let count = runs[request.path] ?? 0
            guard let error = failures[number] else {
                let most = request.method.isIdempotent ? Int.max : 1
                #expect((1...most).contains(count), "\(number)", sourceLocation: sourceLocation)
                continue
            }
            let comment: Comment = "\(number) ran \(count) times: \(error), \(error.delivery)"
            #expect(!request.method.isIdempotent, comment, sourceLocation: sourceLocation)
            #expect(error.code == .http, comment, sourceLocation: sourceLocation)
            let most = error.delivery == .consumed ? 1 : 0
            #expect(count <= most, comment, sourceLocation: sourceLocation)
        }
    }

    @Test(arguments: Loss.allCases) func losesUnderLoad(_ loss: Loss) async throws {
        try await withHosts { hosts, engine in
            let without = Self.load("without", count: 4_000)
            let tally = try await without.run(with: engine) { ended in
                if ended == 1_000 { try await hosts.run(loss.command) }
            }
            try check(tally, of: without, on: hosts)
            try await hosts.run("await 2 DOWN")

            let again = Self.load("again", count: 1_000)
            let tallyAgain = try await again.run(with: engine) { ended in
                if ended == 100 { try await hosts.run(loss.undoing) }
            }
            try check(tallyAgain, of: again, on: hosts)
            #expect(tallyAgain.failures.isEmpty)

            try await hosts.run("await 2 UP")
            let runsBefore = try hosts.executed(by: 2).count
            try await Self.load("with", count: 1_000).run(with: engine).expectSuccess(of: 1_000)
            #expect(try hosts.executed(by: 2).count > runsBefore)
        }
    }

    /// What no engine can have run is answered with 503; the client itself can't know it.
    @Test func losesAllEngines() async throws {
        try await withHosts { hosts, engine in
            for number in 1...3 { try await hosts.run("kill \(number)") }
            let load = Self.load("lost", count: 200)
            for number in 0..<load.count {
                let response = try await engine.execute(load.exchange(number).request)
                #expect(response.status == 503)
                let error = #expect(throws: EngineError.self) { try response.checkSuccess() }
                #expect(error?.isTransient == true)
                #expect(error?.delivery == .consumed)
            }
            for number in 1...3 {
                #expect(try hosts.executed(by: number).allSatisfy { !$0.hasPrefix("/lost") })
            }
            for number in 1...3 { try await hosts.run("start \(number)") }
            for number in 1...3 { try await hosts.run("await \(number) UP") }
            try await Self.load("found", count: 100).run(with: engine).expectSuccess(of: 100)
        }
    }

    @Test func sameEngineForAKey() async throws {
        try await withHosts { hosts, engine in
            var load = Load { number in
                let key = "key\(number % 20)"
                let headers: HeaderFields = ["X-Engine-Key": key]
                return Exchange(.init(.get, "/\(key)", headers: headers)) { $0.status == 200 }
            }
            load.count = 400
            func enginesOfKeys() throws -> [String: Set<Int>] {
                var engines: [String: Set<Int>] = [:]
                for number in 1...3 {
                    for target in try hosts.executed(by: number) {
                        engines[target, default: []].insert(number)
                    }
                }
                return engines
            }
            try await load.run(with: engine).expectSuccess(of: 400)
            let before = try enginesOfKeys()
            #expect(before.count == 20)
            #expect(before.values.allSatisfy { $0.count == 1 })
            #expect(before.values.reduce(into: Set()) { $0.formUnion($1) }.count == 3)

            // The keys of an engine that is away move, and no others.
            try await hosts.run("kill 2")
            try await load.run(with: engine).expectSuccess(of: 400)
            for (key, engines) in try enginesOfKeys() {
                #expect(before[key] == [2] ? engines.count >= 2 : engines == before[key])
            }
        }
    }
}
