import EngineCore
import EngineModules
import ServiceLifecycle
import Synchronization

/// Asks the engine for its metrics, several callers at once and each without a pause.
final class Poller: Service {
    struct Counts: CustomStringConvertible {
        var answered = 0
        var failed = 0

        var description: String { "\(answered) answered, \(failed) failed" }
    }

    private let engine: Engine
    private let callers: Int
    private let state = Mutex(Counts())
    private let isStopping = Atomic(false)

    init(engine: Engine, callers: Int) {
        self.engine = engine
        self.callers = callers
    }

    var counts: Counts { state.withLock { $0 } }

    func run() async throws {
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                for _ in 0..<callers {
                    // What has begun before the end is still waited for.
                    group.addTask { while self.goesOn { await self.poll() } }
                }
            }
        } onGracefulShutdown: {
            self.isStopping.store(true, ordering: .relaxed)
        }
    }

    private var goesOn: Bool { !isStopping.load(ordering: .relaxed) && !Task.isCancelled }

    private func poll() async {
        do throws(EngineError) {
            _ = try await engine.metrics.list()
            state.withLock { $0.answered += 1 }
        } catch {
            state.withLock { $0.failed += 1 }
        }
    }
}
