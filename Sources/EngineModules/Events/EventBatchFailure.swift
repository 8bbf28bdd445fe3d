package import EngineSansIO

/// How sending a batch ended, as far as it decides what comes next.
package struct EventBatchFailure: Hashable, Sendable {
    /// How far the request got.
    package var delivery: RequestDelivery
    /// The status, when there was a response.
    package var status: Int?
    /// Whether a deadline passed, after which the engine may still read the request.
    package var isTimeout = false
    /// Whether the cause can pass.
    package var isTransient = true
    /// How long the engine asks to be left alone, in nanoseconds.
    package var retryAfter: Int64 = 0

    package init(
        delivery: RequestDelivery, status: Int? = nil, isTimeout: Bool = false,
        isTransient: Bool = true, retryAfter: Int64 = 0
    ) {
        self.delivery = delivery
        self.status = status
        self.isTimeout = isTimeout
        self.isTransient = isTransient
        self.retryAfter = retryAfter
    }

    /// Whether the batch may be sent again.
    package func mayRepeat(under guarantee: EventGuarantee) -> Bool {
        // The engine takes events while it parses: a refusal is no proof that it has none of them.
        if let status {
            let canPass = status >= 500 || status == 408 || status == 425 || status == 429
            return guarantee == .atLeastOnce && canPass
        }
        return switch delivery {
        case .neverSent: isTransient
        case .notRead: guarantee == .atLeastOnce || !isTimeout
        case .consumed, .unknown: guarantee == .atLeastOnce
        }
    }
}
