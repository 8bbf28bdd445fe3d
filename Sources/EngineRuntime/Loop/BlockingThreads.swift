internal import DequeModule

/// Threads for system calls that may hang, such as a look-up in a directory service or opening a
/// file on a network file system.
///
/// They are apart from libuv's thread pool, whose few threads read files: a call that hangs here
/// holds up no read. A thread starts when work comes and ends when none is left. Work that finds
/// all threads taken waits, in order.
package final class BlockingThreads: Sendable {
    private struct State {
        var queue = Deque<BlockingCall>()
        var threadCount = 0
    }

    // glibc's default: look-ups run modules of the system's, of which nothing is known.
    private static let stackSize = 8 << 20

    private let name: String
    private let limit: Int
    private let state = Locked(State())

    /// - Parameters:
    ///   - name: The threads' name, of which the kernel keeps 15 bytes.
    ///   - limit: Threads at once, at most.
    package init(name: String, limit: Int) {
        self.name = name
        self.limit = limit
    }

    /// Runs a call on one of the threads.
    ///
    /// - Returns: A handle that cancels the call while it waits for a thread.
    /// - Throws: ``LibUVError/tryAgain`` when the system has no thread left.
    @discardableResult
    package func run(_ body: @escaping @Sendable () -> Void) throws(LibUVError) -> BlockingCall {
        let call = BlockingCall(body)
        let needsThread = state.withLock { state in
            state.queue.append(call)
            guard state.threadCount < limit else { return false }
            state.threadCount += 1
            return true
        }
        guard needsThread else { return call }
        let isStarted = startDetachedThread(name: name, stackSize: Self.stackSize) { self.work() }
        if !isStarted {
            let isAlone = state.withLock { state in
                state.threadCount -= 1
                return state.threadCount == 0
            }
            if isAlone, call.cancel() { throw .tryAgain }
        }
        return call
    }

    private func work() {
        while let call = next() { call.run() }
    }

    private func next() -> BlockingCall? {
        state.withLock { state in
            if let call = state.queue.popFirst() { return call }
            state.threadCount -= 1
            return nil
        }
    }
}

/// One call on its way through ``BlockingThreads``.
package final class BlockingCall: Sendable {
    private let body: Locked<(@Sendable () -> Void)?>

    fileprivate init(_ body: @escaping @Sendable () -> Void) {
        self.body = Locked(body)
    }

    /// Drops the call, unless a thread has begun with it.
    ///
    /// - Returns: Whether it was dropped.
    @discardableResult
    package func cancel() -> Bool {
        // Released outside of the lock: it may hold the last reference to anything.
        let body = body.withLock { $0.take() }
        return body != nil
    }

    fileprivate func run() {
        let body = body.withLock { $0.take() }
        body?()
    }
}
