internal import CProcess
internal import DequeModule
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// The one queue behind both executors: an inbox that any thread may fill, and the work that is
/// ready to run, which only the loop's thread sees.
final class LoopScheduler: Sendable {
    private enum Phase {
        /// Work waits in the inbox. Can become `running` or `stopped`.
        case notStarted
        /// Work wakes the loop's thread. Can become `stopped`.
        case running
        /// No loop is left; what still comes is run by a thread made for it. Final.
        case stopped
    }

    private enum Reaction {
        case none
        case startLoop(@Sendable () -> Void)
        case wakeLoop
        case startStraggler
    }

    private struct Inbox {
        var work: [LoopWork] = []
        var phase = Phase.notStarted
        /// A wake-up, or a straggler thread, is on its way: more work needs no other.
        var isAttended = false
        /// Starts the loop's thread; nil once started, and where the loop may start none.
        var starter: (@Sendable () -> Void)?
    }

    private static let noThread = UInt64.max

    private let inbox = Locked(Inbox())
    /// The number of the loop's thread. A child of `fork()` has no thread of that number.
    private let thread = Atomic<UInt64>(noThread)
    /// The process that the loop was started in; 0 before the start.
    private let process = Atomic<UInt32>(0)
    /// The child of `fork()` that last gave up its parent's work, in the upper half while it does.
    private let renewal = Atomic<UInt64>(0)
    private let stopRequested = Atomic<Bool>(false)
    /// Threads between their decision to wake the loop and the end of `uv_async_send`.
    private let wakesInProgress = Atomic<Int>(0)

    // This and `taken` are touched by the loop's thread or the straggler, and by no other.
    nonisolated(unsafe) private let readyCell = LoopCell(Deque<LoopWork>())
    private var ready: Deque<LoopWork> {
        _read { yield unsafe readyCell.value }
        _modify { yield unsafe &readyCell.value }
    }
    nonisolated(unsafe) private var taken: [LoopWork] = []
    // Set before the phase says `running`, read under the protection of `wakesInProgress`.
    nonisolated(unsafe) private var wakeHandle: WakeHandle?
    // Set where a host decides how long the loop turns. Written before the loop has work and by its
    // thread, read on that alone.
    nonisolated(unsafe) private var hostedCore: LoopCore?
    // Kept, not freed: what it refers to is the parent's. Written by the thread that renews.
    nonisolated(unsafe) private var workOfParent: [[LoopWork]] = []

    private let stackSize: Int

    init(stackSize: Int) {
        self.stackSize = stackSize
        cprocess_watch_forks()
    }

    var isOnLoopThread: Bool {
        thread.load(ordering: .relaxed) == cprocess_current_thread()
    }

    /// Whether another process started the loop: this one is its child by `fork()`.
    var isInherited: Bool {
        let process = process.load(ordering: .relaxed)
        return process != 0 && process != cprocess_generation()
    }

    // MARK: Any thread

    /// Has work start the loop.
    ///
    /// - Parameter starter: Called without a lock for each work until the loop was started.
    func startOnWork(_ starter: @escaping @Sendable () -> Void) {
        inbox.withLock { $0.starter = starter }
    }

    func schedule(_ work: LoopWork) {
        if isOnLoopThread {
            // A host's loop ends when nothing is left, and must not with this.
            if let core = unsafe hostedCore, ready.isEmpty { core.keepTurning() }
            ready.append(work)
        } else {
            scheduleFromOutside(work)
        }
    }

    /// Queues work behind all that other threads have sent.
    func scheduleFromOutside(_ work: LoopWork) {
        if isInherited {
            // It would reach for the parent's sockets. A job may not be refused.
            if case .call = work { return }
            giveUpWorkOfParent()
        }
        let reaction = inbox.withLock { inbox -> Reaction in
            inbox.work.append(work)
            if inbox.phase == .notStarted {
                return inbox.starter.map { .startLoop($0) } ?? .none
            }
            guard !inbox.isAttended else { return .none }
            inbox.isAttended = true
            guard inbox.phase == .running else { return .startStraggler }
            wakesInProgress.add(1, ordering: .relaxed)
            return .wakeLoop
        }
        switch reaction {
        case .none: break
        case .startLoop(let start): start()
        case .wakeLoop: sendWake()
        case .startStraggler: startStraggler()
        }
    }

    var isStopRequested: Bool { stopRequested.load(ordering: .relaxed) }

    /// Makes the loop's thread turn round once and see that it is to stop.
    func requestStop() {
        stopRequested.store(true, ordering: .relaxed)
        if isOnLoopThread { unsafe hostedCore?.keepTurning() }
        wake()
    }

    /// Makes the loop's thread turn round once.
    ///
    /// - Returns: Whether there is a loop to wake.
    @discardableResult
    func wake() -> Bool {
        guard !isInherited else { return false }
        let isRunning = inbox.withLock { inbox in
            guard inbox.phase == .running else { return false }
            wakesInProgress.add(1, ordering: .relaxed)
            return true
        }
        if isRunning { sendWake() }
        return isRunning
    }

    private func sendWake() {
        unsafe wakeHandle?.send()
        wakesInProgress.subtract(1, ordering: .releasing)
    }

    // MARK: Start and stop

    /// Called once, before work wakes the loop. From then on it belongs to this process.
    ///
    /// - Parameter hostedCore: The loop, if a host turns it.
    func start(waking handle: WakeHandle, hostedCore: LoopCore? = nil) {
        claim()
        unsafe wakeHandle = handle
        unsafe self.hostedCore = hostedCore
        let mustWake = inbox.withLock { inbox in
            inbox.phase = .running
            inbox.starter = nil
            inbox.isAttended = !inbox.work.isEmpty
            return inbox.isAttended
        }
        if mustWake { handle.send() }
    }

    private func claim() {
        process.store(cprocess_generation(), ordering: .relaxed)
    }

    func adoptCurrentThread() {
        thread.store(cprocess_number_thread(), ordering: .relaxed)
    }

    /// Ends the part of the loop's thread: afterwards no other thread touches the wake handle.
    func stop() {
        // An empty array made by copying is written to, and shared with all threads.
        let leftOver = ready.isEmpty ? [] : Array(ready)
        ready.removeAll()
        unsafe hostedCore = nil
        thread.store(Self.noThread, ordering: .relaxed)
        let needsStraggler = inbox.withLock { inbox in
            inbox.work.insert(contentsOf: leftOver, at: 0)
            inbox.phase = .stopped
            inbox.isAttended = !inbox.work.isEmpty
            return inbox.isAttended
        }
        while wakesInProgress.load(ordering: .acquiring) > 0 { sched_yield() }
        unsafe wakeHandle = nil
        if needsStraggler { startStraggler() }
    }

    /// For a loop that never ran.
    func stopUnstarted() {
        claim()
        let needsStraggler = inbox.withLock { inbox in
            guard inbox.phase == .notStarted else { return false }
            inbox.phase = .stopped
            inbox.starter = nil
            inbox.isAttended = !inbox.work.isEmpty
            return inbox.isAttended
        }
        if needsStraggler { startStraggler() }
    }

    // MARK: The loop's thread

    /// Moves what other threads have sent to the ready queue.
    func takeInbox() {
        inbox.withLock { inbox in
            unsafe swap(&inbox.work, &taken)
            inbox.isAttended = false
        }
        unsafe ready.append(contentsOf: taken)
        unsafe taken.removeAll(keepingCapacity: true)
    }

    var hasReadyWork: Bool { !ready.isEmpty }

    /// Runs ready work, including what it makes ready, up to a cap.
    ///
    /// - Returns: Whether work is left.
    func runReady(atMost limit: Int) -> Bool {
        var budget = limit
        while budget > 0, let work = ready.popFirst() {
            work.run()
            budget -= 1
        }
        return !ready.isEmpty
    }

    // MARK: After the loop

    // An executor may not refuse a job, and a task can outlive the loop it prefers.
    private func startStraggler() {
        let isStarted = startDetachedThread(name: "engine-straggler", stackSize: stackSize) {
            self.runStragglers()
        }
        if !isStarted { runStragglers() }
    }

    private func runStragglers() {
        // In a child of fork() the work must not take this thread for the parent's loop.
        if !isInherited { adoptCurrentThread() }
        while true {
            while !ready.isEmpty { _ = runReady(atMost: .max) }
            let isDone = inbox.withLock { inbox in
                unsafe swap(&inbox.work, &taken)
                guard unsafe taken.isEmpty else { return false }
                inbox.isAttended = false
                thread.store(Self.noThread, ordering: .relaxed)
                return true
            }
            if isDone { return }
            unsafe ready.append(contentsOf: taken)
            unsafe taken.removeAll(keepingCapacity: true)
        }
    }

    // MARK: In a child of fork()

    // The loop counts as shut down here. Its lock may be held by a thread that only the parent has,
    // and its work is the parent's to do.
    private func giveUpWorkOfParent() {
        let process = UInt64(cprocess_generation())
        while true {
            let state = renewal.load(ordering: .acquiring)
            if state == process { return }
            if state == process << 32 {
                sched_yield()
            } else if renewal.weakCompareExchange(
                expected: state, desired: process << 32, ordering: .acquiring
            ).exchanged {
                break
            }
        }
        inbox.renew { inbox in
            var inherited = Inbox(phase: .stopped)
            swap(&inbox, &inherited)
            unsafe workOfParent.append(inherited.work)
        }
        var inherited = Deque<LoopWork>()
        swap(&ready, &inherited)
        unsafe workOfParent.append(Array(inherited))
        unsafe wakeHandle = nil
        unsafe hostedCore = nil
        renewal.store(process, ordering: .releasing)
    }
}
