/// Closed until it is opened; then everybody passes.
public actor Gate {
    private var isOpen = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    public init() {}

    public func open() {
        isOpen = true
        for continuation in waiting { continuation.resume() }
        waiting = []
    }

    public func pass() async {
        if !isOpen { await withCheckedContinuation { waiting.append($0) } }
    }
}
