/// An object of one loop's thread, in the hands of any thread.
///
/// Getting at the object anywhere else is a programming error that traps: what an actor costs in
/// dynamic checks on each callback is one comparison here.
@safe package struct LoopBound<Object: AnyObject>: Sendable {
    package let loop: EngineLoop
    // Reached through `object` alone, which checks the thread.
    nonisolated(unsafe) private let bound: Object

    /// Binds an object; the caller is on the loop's thread, or gives the object up.
    package init(_ object: Object, to loop: EngineLoop) {
        unsafe bound = object
        self.loop = loop
    }

    /// The object, for code on the loop's thread that does not suspend while it has it.
    package var object: Object {
        precondition(loop.isOnLoopThread, "not on the thread of this EngineLoop")
        return unsafe bound
    }

    /// Runs code with the object on the calling thread: while the caller sees to it that the loop has
    /// not had the object yet, nor gets it meanwhile.
    package func inspectBeforeUse<Success>(_ body: (Object) -> Success) -> Success {
        unsafe body(bound)
    }

    /// Runs code with the object: at once when the caller is on the loop, one wake-up otherwise.
    package func run(_ body: @escaping @Sendable (Object) -> Void) {
        loop.submit { body(object) }
    }
}
