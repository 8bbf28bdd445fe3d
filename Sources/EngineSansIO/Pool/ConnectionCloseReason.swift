/// Why a connection was closed.
public enum ConnectionCloseReason: String, Sendable, Hashable, CaseIterable {
    /// It was not needed for as long as an idle one is kept, or as the peer keeps one.
    case idle
    /// It reached its age, and gives way to other clients.
    case rotated
    /// It has carried the requests that the peer takes on one.
    case spent
    /// The peer announced or did the closing.
    case peer
    /// Its worker is needed for a starved request.
    case rescue
    /// Its request ended without a complete response.
    case broken
    /// The configuration it was made under no longer holds.
    case replaced
    /// The pool was shut down.
    case shutdown
}
