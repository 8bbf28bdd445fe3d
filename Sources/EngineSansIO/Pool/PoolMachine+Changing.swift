// Settings that change while the pool is at work.
extension PoolMachine {
    /// Goes on under other limits. Connections past the new number close as they come free;
    /// requests that wait keep their places.
    package mutating func reconfigure(_ limits: PoolLimits, now: MonotonicTime) {
        let before = max(1, self.limits.maximumConnections)
        let maximum = max(1, limits.maximumConnections)
        self.limits = limits
        // What was learnt of the engine's width holds; that nothing was learnt does, too.
        ceiling = ceiling >= before ? maximum : min(ceiling, maximum)
        for index in idle {
            if liveCount > maximum { close(index, .replaced) }
        }
        for index in idle {
            let latest = now.advanced(by: limits.idleTimeout)
            connections[index].idleDeadline = min(connections[index].idleDeadline, latest)
        }
        grow(now: now)
    }

    /// Uses no connection again that is there now.
    package mutating func replaceConnections() {
        for index in connections.indices {
            switch connections[index].state {
            case .idle: close(index, .replaced)
            case .connecting, .leased: connections[index].isOutdated = true
            case .closing, .free: break
            }
        }
    }

    /// Whether the engine could not be reached lately, and is not tried again yet.
    package func isBackingOff(now: MonotonicTime) -> Bool {
        failuresInARow > 0 && liveCount == 0 && now < reconnectTime
    }

    /// Whether any response has come since a time.
    package func hasAnswered(since time: MonotonicTime) -> Bool { lastResponseTime > time }
}
