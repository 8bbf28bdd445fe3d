/// One thing for the loop's thread to do, once.
///
/// The runtime keeps a job until it has run. Its executor is there as well: an actor on a loop has
/// the loop, and a task that prefers an executor has that.
@safe enum LoopWork: Sendable {
    case serialJob(UnownedJob, UnownedSerialExecutor)
    case taskJob(UnownedJob, UnownedTaskExecutor)
    case call(@Sendable () -> Void)

    func run() {
        switch self {
        // A job must be run in the role that it was enqueued in: the runtime traps otherwise.
        case .serialJob(let job, let executor):
            unsafe job.runSynchronously(on: executor)
        case .taskJob(let job, let executor):
            unsafe job.runSynchronously(on: executor)
        case .call(let body):
            body()
        }
    }
}
