/// A request's body on its way from the task that makes it to the connection that carries the
/// request; lives on the loop's thread.
final class Upload {
    /// The producer's next step.
    enum Step: Sendable {
        case chunk([UInt8])
        case end
        case failure(any Error)
    }

    let producer: BodyProducer
    private let offer: @Sendable (Step, _ pass: Int) async -> Bool
    private var pass = 0
    /// Bytes of the current pass that the kernel has taken.
    private(set) var sentBytes = 0
    private var task: Task<Void, Never>?
    private var offered: (step: Step, resumeProducer: Resumption<Bool>)?

    /// - Parameter offer: Brings a step of a pass to the loop and there to
    ///   ``accept(_:in:_:)``.
    init(_ producer: BodyProducer, offer: @escaping @Sendable (Step, _ pass: Int) async -> Bool) {
        self.producer = producer
        self.offer = offer
    }

    /// Whether another connection may be given the body from its start.
    var mayRestart: Bool { producer.isRepeatable || pass == 0 }

    /// Starts to make the body, for a connection that wants it.
    func start() {
        stop()
        pass += 1
        sentBytes = 0
        // Detached: the task that happens to run on the loop has nothing to do with this one.
        task = Task.detached(executorPreference: producer.executor) { [producer, offer, pass] in
            do {
                try await producer.run { await offer(.chunk($0), pass) }
                _ = await offer(.end, pass)
            } catch {
                _ = await offer(.failure(error), pass)
            }
        }
    }

    /// No more of the body is wanted.
    func stop() {
        if let task {
            // The producer's cancellation handlers are the caller's code: not in our callbacks.
            Task.detached { task.cancel() }
        }
        task = nil
        answer(false)
    }

    /// Whether a producer is at work.
    var isActive: Bool { task != nil }

    /// What is to be sent next, if the producer has got that far.
    var next: Step? { offered?.step }

    /// The kernel has taken what was offered.
    func sent() {
        if case .chunk(let chunk)? = offered?.step { sentBytes += chunk.count }
        answer(true)
    }

    private func answer(_ isMoreWanted: Bool) {
        offered.take()?.resumeProducer(isMoreWanted)
    }

    /// Takes a step from the producer, who hears whether more is wanted when it has been sent;
    /// answers whether there is something new to send.
    func accept(_ step: Step, in pass: Int, _ resumeProducer: Resumption<Bool>) -> Bool {
        guard task != nil, pass == self.pass, offered == nil else {
            resumeProducer(false)
            return false
        }
        offered = (step, resumeProducer)
        return true
    }
}
