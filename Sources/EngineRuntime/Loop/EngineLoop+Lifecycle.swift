extension EngineLoop {
    // MARK: Start

    /// Starts the thread; does nothing when the loop has one already, or is to wait for ``run()``.
    ///
    /// - Throws: ``LibUVError`` when the system has no descriptor or thread left,
    ///   ``LibUVError/canceled`` when the loop was shut down, and ``LibUVError/otherProcess`` in a
    ///   child of `fork()` when the parent has started it.
    public func start() throws(LibUVError) {
        if isOnLoopThread { return }
        try runner.start()
    }

    /// Makes the calling thread the loop's, until ``shutdown()``, which any other thread or a task on
    /// the loop asks for.
    ///
    /// A daemon whose main thread has nothing else to do saves a thread so. What is bound to the main
    /// actor does not run meanwhile. Give the loop a configuration without
    /// ``Configuration/startsThread`` where work reaches it before this is called: else the first of
    /// that starts a thread.
    ///
    /// - Throws: ``LibUVError/busy`` when the loop has a thread already, ``LibUVError/canceled`` when
    ///   it was shut down, ``LibUVError/otherProcess`` in a child of `fork()` when the parent has
    ///   started it, and ``LibUVError`` when the system has no descriptor left.
    @available(
        *, noasync, message: "blocks its thread: call it from a synchronous main or a Thread"
    )
    public func run() throws(LibUVError) {
        try runner.run()
    }

    // MARK: Shutdown

    /// Closes every handle that was made on the loop, runs the work that is ready, and ends the loop.
    ///
    /// Requests in flight on the loop end with an error. Returns when a thread that the loop has
    /// started was joined; when ``run()`` is about to return; or when the last handle on a host's
    /// loop has closed, for which the host must go on turning it. May be called more than once, and
    /// from the loop's own thread. In a child of `fork()` it leaves a loop of the parent's as it is.
    public func shutdown() async {
        await withCheckedContinuation { runner.beginShutdown(resuming: $0) }
    }

    /// Asks for what ``shutdown()`` does and does not wait for it; from any thread.
    ///
    /// On the thread of a host's loop this also makes the host's next, or current, `uv_run` go on until
    /// all is closed.
    public func beginShutdown() {
        runner.beginShutdown(resuming: nil)
    }
}
