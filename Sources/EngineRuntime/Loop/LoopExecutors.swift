/// Runs the actors of an ``EngineLoop`` on its thread.
///
/// The serial and the task role are two objects over one queue: one object in both roles makes the
/// runtime hop between an executor and itself.
public final class LoopSerialExecutor: SerialExecutor {
    let scheduler: LoopScheduler

    init(scheduler: LoopScheduler) {
        self.scheduler = scheduler
    }

    /// Queues a job for the loop's thread, and starts that unless the loop waits for
    /// ``EngineLoop/run()``; never refuses one.
    ///
    /// After the loop's end, and in a child of `fork()`, a thread made for it runs the job.
    public func enqueue(_ job: consuming ExecutorJob) {
        // The job is given away here, and the scheduler runs it once.
        let executor = unsafe asUnownedSerialExecutor()
        scheduler.schedule(unsafe .serialJob(UnownedJob(job), executor))
    }

    /// A reference that does not keep this executor alive; its loop does.
    public func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        unsafe UnownedSerialExecutor(ordinary: self)
    }

    /// Traps unless called on the loop's thread (SE-0424).
    public func checkIsolated() {
        precondition(scheduler.isOnLoopThread, "not on the thread of this EngineLoop")
    }

    /// Whether the caller is on the loop's thread (SE-0471).
    public func isIsolatingCurrentContext() -> Bool? {
        scheduler.isOnLoopThread
    }
}

/// Runs tasks that prefer an ``EngineLoop`` on its thread (SE-0417).
public final class LoopTaskExecutor: TaskExecutor {
    let scheduler: LoopScheduler

    init(scheduler: LoopScheduler) {
        self.scheduler = scheduler
    }

    /// Queues a job for the loop's thread, and starts that unless the loop waits for
    /// ``EngineLoop/run()``; never refuses one.
    ///
    /// After the loop's end, and in a child of `fork()`, a thread made for it runs the job.
    public func enqueue(_ job: consuming ExecutorJob) {
        // The job is given away here, and the scheduler runs it once.
        let executor = unsafe asUnownedTaskExecutor()
        scheduler.schedule(unsafe .taskJob(UnownedJob(job), executor))
    }

    /// A reference that does not keep this executor alive; its loop and its tasks do.
    public func asUnownedTaskExecutor() -> UnownedTaskExecutor {
        unsafe UnownedTaskExecutor(ordinary: self)
    }
}
