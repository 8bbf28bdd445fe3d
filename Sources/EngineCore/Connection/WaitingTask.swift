/// A task that waits for a request's end, to be asked by the loop meanwhile.
@safe struct WaitingTask: @unchecked Sendable {
    // Used only while the task is suspended for the request, and so is there: its resumption, which
    // ends that, drops this first. Asking whether it was cancelled is allowed from any thread.
    private let task: UnsafeCurrentTask

    /// The calling task; nil outside of one.
    static var current: WaitingTask? {
        unsafe withUnsafeCurrentTask { task in
            guard let task = unsafe task else { return nil }
            return unsafe WaitingTask(task)
        }
    }

    private init(_ task: UnsafeCurrentTask) {
        unsafe self.task = unsafe task
    }

    var isCancelled: Bool { unsafe task.isCancelled }
}
