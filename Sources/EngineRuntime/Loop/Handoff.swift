/// A value that one task waits for, no longer than until it is cancelled.
///
/// For calls that can't be interrupted: the task goes on, and the value is dropped when it comes.
package final class Handoff<Value: Sendable>: Sendable {
    // The continuation is resumed by the one that makes the state `over`.
    private enum State {
        /// Can become `waiting` or `over`.
        case empty
        /// Can become `over`.
        case waiting(CheckedContinuation<Value?, Never>)
        /// Final.
        case over(Value?)
    }

    private let state = Locked(State.empty)

    package init() {}

    /// Hands the value over; later ones are dropped.
    package func fulfil(_ value: Value) { end(with: value) }

    /// The value; nil when the task is cancelled first.
    package nonisolated(nonsending) func value() async -> Value? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let over: Value?? = state.withLock { state in
                    if case .over(let value) = state { return .some(value) }
                    state = .waiting(continuation)
                    return nil
                }
                if let over { continuation.resume(returning: over) }
            }
        } onCancel: {
            end(with: nil)
        }
    }

    private func end(with value: Value?) {
        let waiting = state.withLock { state -> CheckedContinuation<Value?, Never>? in
            switch state {
            case .empty:
                state = .over(value)
                return nil
            case .waiting(let continuation):
                state = .over(nil)
                return continuation
            case .over: return nil
            }
        }
        waiting?.resume(returning: value)
    }
}
