internal import Synchronization

/// The loop that engines share, which each process has for itself.
enum SharedLoop {
    // An unbalanced reference to the loop; null until somebody asked.
    nonisolated(unsafe) private static let place = unsafe Atomic<UnsafeRawPointer?>(nil)

    static var current: EngineLoop {
        while true {
            let pointer = unsafe place.load(ordering: .acquiring)
            // What was stored once is never released: another thread may be about to use it.
            if let loop = unsafe LoopPointer.loop(pointer), !loop.isInherited { return loop }
            let new = make()
            let stored = unsafe LoopPointer.retained(new)
            let result = unsafe place.compareExchange(
                expected: pointer, desired: stored, ordering: .acquiringAndReleasing)
            if unsafe result.exchanged { return new }
            unsafe LoopPointer.release(stored)
        }
    }

    private static func make() -> EngineLoop {
        var configuration = EngineLoop.Configuration()
        configuration.name = "engine-shared"
        return EngineLoop(configuration: configuration)
    }
}
