internal import EngineRuntime
internal import EngineSansIO

/// The deadlines of a client's exchanges, and the one timer for all that waits for time to pass; lives
/// on the loop's thread.
///
/// The timer moves only to an earlier time: a deadline that was removed costs one early wake-up instead
/// of a timer operation per request.
final class ClientClock {
    private let loop: EngineLoop
    #if !DEBUG
        @safe @exclusivity(unchecked)
    #endif
    private var deadlines = DeadlineQueue<Exchange>()
    /// When a drain ends in any case.
    var drainDeadline = MonotonicTime.distantFuture
    private var timer: LoopTimer?
    private var timerDue = MonotonicTime.distantFuture
    /// Whether deadlines have passed that are looked at when the sockets were read.
    private var expiresAfterReading = false

    init(on loop: EngineLoop) {
        self.loop = loop
    }

    var isRunning: Bool { timer != nil }

    /// Starts the timer. It keeps the client alive until ``stop()``.
    ///
    /// - Throws: `LibUVError` when the loop is not running.
    func start(_ client: Client) throws(LibUVError) {
        timer = try LoopTimer(
            on: loop,
            onClose: {
                self.timer = nil
                client.timerClosed()
            },
            action: { self.fired(client) })
    }

    func stop() { timer?.close() }

    // MARK: Deadlines

    func update(_ exchange: Exchange) {
        if deadlines.update(exchange) { arm(at: exchange.queueEntry.deadline) }
    }

    func remove(_ exchange: Exchange) { deadlines.remove(exchange) }

    private var nextExpiry: MonotonicTime {
        expiresAfterReading ? .distantFuture : min(deadlines.earliest, drainDeadline)
    }

    // MARK: The timer

    /// Wakes the client at a time, unless it is woken earlier.
    func arm(at time: MonotonicTime) {
        guard time < timerDue, let timer else { return }
        timerDue = time
        timer.arm(afterNanoseconds: time.nanoseconds(since: .current))
    }

    private func fired(_ client: Client) {
        timerDue = .distantFuture
        let now = MonotonicTime.current
        if nextExpiry <= now { expireAfterReading(client) }
        client.wake(now: now)
        arm(at: nextExpiry)
    }

    // Up to version 1.44 libuv runs timers before it reads sockets. After a delay of the loop's own,
    // responses that came in time must be read before their deadlines are looked at.
    private func expireAfterReading(_ client: Client) {
        expiresAfterReading = true
        let (bound, boundClient) = (LoopBound(self, to: loop), client.bound)
        loop.submitLast { bound.object.expireDue(boundClient.object) }
    }

    private func expireDue(_ client: Client) {
        expiresAfterReading = false
        let now = MonotonicTime.current
        while let exchange = deadlines.popExpired(now: now) { client.expire(exchange, now: now) }
        if drainDeadline <= now { return client.beginClose() }
        arm(at: nextExpiry)
    }
}
