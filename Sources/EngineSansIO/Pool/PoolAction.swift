/// What a pool's runner is to do next.
package enum PoolAction: Hashable {
    /// Connect, and tell of the outcome.
    case open(ConnectionID)
    /// Send the request on the connection, and release it in the end.
    case lease(PoolWaiter, ConnectionID)
    /// Close the connection, and tell when that is done.
    case close(ConnectionID)
    /// End the request with an error.
    case fail(PoolWaiter, PoolFailure)
    /// Look whether the peer has read what was written, and tell.
    case sample(ConnectionID)
}

/// What a failed attempt to connect says about the next one.
package enum PoolConnectFailure: Hashable, Sendable {
    /// The next one may succeed.
    case transient
    /// The engine's backlog or a table of descriptors is full: open connections must do.
    case noRoom
    /// Every one fails until files, configuration or program change.
    case permanent
}

/// Why a pool gave up on a request that it had not sent.
package enum PoolFailure: Hashable, Sendable {
    /// Too many requests wait already.
    case queueFull
    /// Connecting failed as often as the request allows, or for good.
    case cannotConnect
    /// The pool was shut down.
    case shutdown
}

/// What the user of a connection found at its end.
package enum PoolRelease: Hashable, Sendable {
    /// Nothing was sent.
    case unused
    /// A complete response that lets the connection live.
    case reusable(KeepAliveHint?)
    /// A complete response, after which the peer closes.
    case closedByPeer
    /// No complete response.
    case broken
}
