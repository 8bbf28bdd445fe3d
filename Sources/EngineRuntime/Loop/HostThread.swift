/// What a loop has to know of a host's thread that turns it.
struct HostThread {
    /// Whether the host's loop is to go on for as long as ours is not shut down.
    let keepsLoopAlive: Bool
    private var hasArrived = false
    private var brokenPipeBlock: BrokenPipeBlock?

    init(keepsLoopAlive: Bool) {
        self.keepsLoopAlive = keepsLoopAlive
    }

    /// Called on each turn.
    ///
    /// - Returns: Whether it is the first one.
    mutating func arrive() -> Bool {
        guard !hasArrived else { return false }
        hasArrived = true
        brokenPipeBlock = BrokenPipeBlock()
        return true
    }

    /// Called at the end, on the thread that has arrived.
    mutating func leave() {
        brokenPipeBlock?.end()
        brokenPipeBlock = nil
    }
}
