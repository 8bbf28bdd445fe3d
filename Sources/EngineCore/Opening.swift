internal import EngineRuntime
internal import Synchronization

/// Whether a client has ever asked its loop for anything.
///
/// Until then there is nothing to close and nothing to measure, and the loop need not run for it.
final class Opening: Sendable {
    private enum State {
        /// Can become `open` or `closed`.
        case unopened
        /// Final: from here on the loop's thread has the rest.
        case open
        /// Closed without ever being open. Final.
        case closed
    }

    private let state = Locked(State.unopened)
    // A copy of `state`, for requests.
    private let opened = Atomic<Bool>(false)

    var isOpen: Bool { opened.load(ordering: .acquiring) }

    /// - Throws: ``EngineError`` when the client was closed before it was open.
    func refuseClosed() throws(EngineError) {
        if isOpen { return }
        if state.withLock({ $0 == .closed }) { throw .closed }
    }

    /// - Throws: ``EngineError`` when the client was closed before it was open.
    func open() throws(EngineError) {
        if isOpen { return }
        try state.withLock { state throws(EngineError) in
            switch state {
            case .open: return
            case .closed: throw .closed
            case .unopened: state = .open
            }
            opened.store(true, ordering: .releasing)
        }
    }

    /// Closes a client that was never open.
    ///
    /// - Returns: Whether it is closed by this, or was before.
    func closeUnopened() -> Bool {
        if isOpen { return false }
        return state.withLock { state in
            guard state != .open else { return false }
            state = .closed
            return true
        }
    }

    /// Runs code while the client can't be opened; not when it is open.
    func whileUnopened<Success>(_ body: () -> Success) -> Success? {
        if isOpen { return nil }
        return state.withLock { $0 == .open ? nil : body() }
    }
}
