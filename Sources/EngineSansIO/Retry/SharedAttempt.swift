/// One attempt at something that many wait for: the first starts it, the rest share its result.
///
/// Contract: ask ``next(now:)``, start the attempt when it says so, and report its end once.
package struct SharedAttempt<Success, Failure: Error> {
    /// What to do for one that needs the result.
    package enum Step {
        /// Start the attempt, and wait for its end.
        case start
        /// Wait for the end of the attempt that runs.
        case wait
        case done(Result<Success, Failure>)
    }

    private enum State {
        /// Can become `running`.
        case idle
        /// Can become `succeeded` or `failed`.
        case running
        /// Final.
        case succeeded(Success)
        /// Can become `running`, from the time on.
        case failed(Failure, until: MonotonicTime)
    }

    private var state = State.idle
    private let pause: Int64

    /// - Parameter pause: Nanoseconds from a failure to the next attempt; requests in between get
    ///   the same failure.
    package init(pause: Int64) {
        self.pause = pause
    }

    package mutating func next(now: MonotonicTime) -> Step {
        switch state {
        case .running: return .wait
        case .succeeded(let success): return .done(.success(success))
        case .failed(let failure, let end) where now < end: return .done(.failure(failure))
        case .idle, .failed:
            state = .running
            return .start
        }
    }

    package mutating func ended(_ result: Result<Success, Failure>, now: MonotonicTime) {
        switch result {
        case .success(let success): state = .succeeded(success)
        case .failure(let failure): state = .failed(failure, until: now.advanced(by: pause))
        }
    }
}
