extension EngineLoop {
    /// How a loop works.
    public struct Configuration: Sendable {
        /// The name of the thread that the loop starts; the kernel keeps 15 bytes of it.
        public var name = "engine-loop"
        /// Whether ``EngineLoop/start()`` and the first work start a thread for the loop: a job of an
        /// actor or a task on its executors, ``EngineLoop/run(_:)``, a request. Without, they wait for a
        /// thread of yours to call ``EngineLoop/run()``, deadlines and cancellation of requests too.
        public var startsThread = true
        /// Bytes of stack of the thread that the loop starts, rounded up to whole pages; 64 KiB at
        /// least, 8 MiB unless set. The kernel provides memory as it is used.
        ///
        /// Your code runs on it. The C library's default is not used: musl's is 128 KiB.
        public var stackSize = 8 << 20
        /// Jobs run before the loop looks at its sockets again, so that busy tasks can't starve I/O.
        public var jobsPerTick = 256
        /// Bytes of the read buffer that all connections of the loop share; at least 4096.
        public var readBufferSize = 65_536
        /// How long the loop looks for events, with a core of its own busy all the while, before it
        /// sleeps; zero for not at all, an hour at most.
        ///
        /// Waking a sleeping thread takes tens of microseconds. With the engine on another core
        /// and answers that come within this time, a request does not pay for that. It adapts: where
        /// looking finds nothing, as with an engine on the same core, it is given up and tried
        /// again ever more rarely. 50 µs suit an engine that answers in 20.
        ///
        /// On a host's loop all of the host's handles are looked at meanwhile, too.
        public var busyPoll = Duration.zero
        /// From when on the loop is late for its sockets, and counts it in
        /// ``LoopStatistics/lateTurns``; a millisecond at least, an hour at most.
        public var lagThreshold = Duration.milliseconds(100)
        /// Whether a host's `uv_run` goes on until ``EngineLoop/shutdown()``, as with any handle of
        /// libuv's, and not just while connections are open or work is on its way.
        ///
        /// For hosts whose loop has nothing else to turn for.
        public var keepsHostLoopAlive = false

        /// The defaults.
        public init() {}
    }
}

extension Duration {
    /// From zero to an hour.
    var upToAnHourInNanoseconds: Int64 {
        let (seconds, attoseconds) = min(max(self, .zero), .seconds(3_600)).components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}
