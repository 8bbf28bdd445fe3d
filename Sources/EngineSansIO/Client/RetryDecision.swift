/// What follows a try that ended without a response.
package enum RetryDecision: Hashable, Sendable {
    /// Try again.
    case retry
    /// End with the failure.
    case fail
    /// Tries were left and no time: end as when the limit passes between two tries.
    case expire

    /// Decides after a lost connection.
    ///
    /// - Parameters:
    ///   - delivery: How far the request got.
    ///   - attempts: Tries that have failed before.
    ///   - limit: Retries that the configuration allows.
    ///   - repeatability: What of the request may be repeated.
    ///   - isOver: Whether a time limit of the whole exchange has passed.
    package init(
        after delivery: RequestDelivery, attempts: Int, limit: Int,
        repeatability: ExchangeRepeatability, isOver: Bool
    ) {
        guard attempts < limit, repeatability.allowsRetry(after: delivery) else {
            self = .fail
            return
        }
        self = isOver ? .expire : .retry
    }
}

/// Whether an exchange may be sent again.
package struct ExchangeRepeatability: Hashable, Sendable {
    /// It is never sent again, whatever was delivered.
    package var isExcluded = false
    /// Running it twice is the same as running it once.
    package var isIdempotent = false
    /// Its body can be made again, or has not been asked for.
    package var hasBody = true
    /// The caller has a part of the response.
    package var hasAnswered = false

    package init() {}

    func allowsRetry(after delivery: RequestDelivery) -> Bool {
        guard !isExcluded, !hasAnswered, hasBody else { return false }
        switch delivery {
        case .neverSent, .notRead: return true
        case .consumed, .unknown: return isIdempotent
        }
    }
}
