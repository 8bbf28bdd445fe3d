/// How far a request that ended without a usable response got.
public enum RequestDelivery: String, Sendable, Hashable, CaseIterable {
    /// No byte of it left this process: the engine can't have run it.
    case neverSent
    /// The engine had not read all of it when it ended, and so can't have run it. With the connection
    /// reset it never will; after a timeout, a cancellation or a close of the client it may still
    /// read and run it later.
    ///
    /// The kernel tells whether bytes are unread, not how many. A request without a body can't run
    /// before its last byte was read. For one with a body this case assumes a peer that reads at
    /// least 4,096 bytes at a time where so many are there, as the Wazuh Engine does: head and body
    /// together are no larger, or the case is ``unknown``. A peer that reads in smaller pieces may
    /// have read the head alone, and begun.
    case notRead
    /// The engine has read all of it, and may have run it.
    case consumed
    /// Nobody can tell.
    case unknown

    /// What is known of a request that was tried before: the more it may have done, the more counts.
    package func combined(with earlier: RequestDelivery) -> RequestDelivery {
        let rising: [RequestDelivery] = [.neverSent, .notRead, .unknown, .consumed]
        return rising.last { $0 == self || $0 == earlier } ?? self
    }
}
