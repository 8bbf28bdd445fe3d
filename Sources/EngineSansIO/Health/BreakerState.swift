/// Whether an endpoint gets requests.
public enum BreakerState: String, Sendable, Hashable {
    /// It does. Can become open.
    case closed
    /// It gets none. Can become half-open, by time passing.
    case open
    /// It gets one trial at a time. Can become closed or open.
    case halfOpen
}
