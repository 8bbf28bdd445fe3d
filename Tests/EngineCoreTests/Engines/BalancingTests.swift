import EngineCore
import EngineTesting
import TestSupport
import Testing

/// Who gets which request when several engines are well.
@Suite(.accountsForResources) struct BalancingTests {
    private func spread(
        _ balancing: LoadBalancing, over fleet: Fleet, count: Int, callers: Int = 1
    ) async -> [Int] {
        var configuration = EngineConfiguration(socketPaths: fleet.paths)
        configuration.balancing = balancing
        await withEngine(configuration: configuration) { engine in
            let load = await Load.run(on: engine, .get, count: count, callers: callers)
            #expect(load.failed.isEmpty)
        }
        return fleet.members.map { $0.executed.count }
    }

    @Test func inTurn() async throws {
        try await withFleet(3) { fleet in
            let counts = await spread(.roundRobin, over: fleet, count: 300)
            #expect(counts == [100, 100, 100])
        }
    }

    @Test func theFirstInOrder() async throws {
        try await withFleet(3) { fleet in
            let counts = await spread(.failover, over: fleet, count: 100)
            #expect(counts == [100, 0, 0])
        }
    }

    @Test func theLessLoadedOfTwo() async throws {
        let gate = Gate()
        // Whoever gets /0 is busy until the end.
        let hold: Fleet.Hold = { if $0.path == "/0" { await gate.pass() } }
        try await withFleet(2, hold: hold) { fleet in
            let configuration = EngineConfiguration(socketPaths: fleet.paths)
            try await withEngine(configuration: configuration) { engine in
                let slow = Task { try await engine.execute(.init(.get, "/0")) }
                while fleet.executed.isEmpty { await Task.yield() }
                for number in 1...50 { _ = try await engine.execute(.init(.get, "/\(number)")) }
                // One in flight against none: the other one is asked each time.
                #expect(fleet.members.map { $0.executed.count }.sorted() == [1, 50])
                await gate.open()
                _ = try await slow.value
            }
        }
    }

    @Test func keysStayWhereTheyBelong() async throws {
        try await withFleet(3) { fleet in
            let keys = (0..<60).map { "session-\($0)" }
            func owners(_ paths: [String]) async throws -> [String: String] {
                try await withEngine(configuration: .init(socketPaths: paths)) { engine in
                    var owners: [String: String] = [:]
                    for key in keys + keys {
                        var request = EngineRequest(.get, "/")
                        request.routingKey = key
                        let name = try await engine.execute(request).text
                        #expect(owners.updateValue(name, forKey: key) ?? name == name)
                    }
                    return owners
                }
            }
            let all = try await owners(fleet.paths)
            #expect(Set(all.values).count == 3)
            // Another client, which knows the engines in another order.
            let again = try await owners(fleet.paths.reversed())
            #expect(again == all)
            let two = try await owners(Array(fleet.paths.dropLast()))
            for key in keys where all[key] != "engine-2" { #expect(two[key] == all[key]) }
        }
    }
}
