/// Closed until it is opened; then everybody passes.
package actor Gate {
    private var isOpen = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    package init() {}

    package func open() {
        isOpen = true
        for continuation in waiting { continuation.resume() }
        waiting = []
    }

    package func pass() async {
        if !isOpen { await withCheckedContinuation { waiting.append($0) } }
    }
}
