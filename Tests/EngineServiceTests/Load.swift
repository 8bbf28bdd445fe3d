import EngineCore
import EngineRuntime
import EngineTesting

/// Callers that send requests without a pause, and what became of each.
struct Load {
    private struct State {
        var lastNumber = 0
        var isEnding = false
        var answered: Set<String> = []
        var failures: [EngineError] = []
        /// How often an engine ran each request, and how often each engine ran any.
        var executions: [String: Int] = [:]
        var executionsByEngine: [String: Int] = [:]
    }

    private let state = Locked(State())

    /// The handler of an engine of this name.
    func engine(_ name: String) -> EmbeddedEngine.Handler {
        { [state] request in
            state.withLock {
                $0.executions[request.path, default: 0] += 1
                $0.executionsByEngine[name, default: 0] += 1
            }
            return EmbeddedResponse()
        }
    }

    /// Half of the requests may be repeated, half may not.
    func run(_ engine: Engine, callers: Int = 8, _ body: () async throws -> Void) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            for _ in 0..<callers {
                group.addTask { while let path = next() { await send(path, engine) } }
            }
            let result: Result<Void, any Error>
            do { result = .success(try await body()) } catch { result = .failure(error) }
            state.withLock { $0.isEnding = true }
            try result.get()
        }
    }

    private func next() -> String? {
        state.withLock { state in
            guard !state.isEnding else { return nil }
            state.lastNumber += 1
            return state.lastNumber.isMultiple(of: 2)
                ? "/get/\(state.lastNumber)" : "/post/\(state.lastNumber)"
        }
    }

    private func send(_ path: String, _ engine: Engine) async {
        do throws(EngineError) {
            _ = try await engine.execute(.init(path.hasPrefix("/get") ? .get : .post, path))
            state.withLock { _ = $0.answered.insert(path) }
        } catch {
            state.withLock { $0.failures.append(error) }
        }
    }

    /// Waits until an engine has run this many requests more.
    func waitFor(_ count: Int, by engine: String) async {
        let target = executions(by: engine) + count
        while executions(by: engine) < target { await Task.yield() }
    }

    func executions(by engine: String) -> Int {
        state.withLock { $0.executionsByEngine[engine] ?? 0 }
    }

    var failures: [EngineError] { state.withLock { $0.failures } }
    /// Requests that were sent and have no answer.
    var lost: Int { state.withLock { $0.lastNumber - $0.answered.count } }
    /// Requests that must run once at most and ran more often.
    var repeated: [String] {
        state.withLock { state in
            state.executions.filter { $0.key.hasPrefix("/post") && $0.value > 1 }.map(\.key)
        }
    }
}
