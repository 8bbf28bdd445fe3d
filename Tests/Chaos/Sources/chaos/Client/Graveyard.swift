internal import EngineCore
internal import Synchronization

/// Engines that were closed and let go of: one that still lives is held by a task that has not
/// ended, or by itself.
final class Graveyard: Sendable {
    private struct Grave {
        weak var engine: Engine?
    }

    private let graves = Mutex<[Grave]>([])

    func bury(_ engine: Engine) {
        graves.withLock { $0.append(Grave(engine: engine)) }
    }

    /// How many still live.
    var livingCount: Int {
        graves.withLock { graves in
            graves.removeAll { $0.engine == nil }
            return graves.count
        }
    }
}
