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
    private let feed: UploadFeed
    private let offer: @Sendable (Step, _ pass: Int) async -> Bool
    private let passEnded: @Sendable () -> Void
    private var pass = 0
    /// Bytes of the current pass that the kernel has taken.
    private(set) var sentBytes = 0
    /// Whether a connection takes what the producer makes.
    private(set) var isActive = false
    private var offered: (step: Step, resumeProducer: Resumption<Bool>)?

    /// - Parameters:
    ///   - feed: Where the producer runs.
    ///   - offer: Brings a step of a pass to the loop and there to ``accept(_:in:_:)``.
    ///   - passEnded: Called when the producer of a pass has ended.
    init(
        _ producer: BodyProducer, feed: UploadFeed,
        offer: @escaping @Sendable (Step, _ pass: Int) async -> Bool,
        passEnded: @escaping @Sendable () -> Void
    ) {
        self.producer = producer
        self.feed = feed
        self.offer = offer
        self.passEnded = passEnded
    }

    /// Whether another connection may be given the body from its start.
    var mayRestart: Bool { producer.isRepeatable || pass == 0 }

    /// Starts to make the body, for a connection that wants it.
    func start() {
        stop()
        pass += 1
        sentBytes = 0
        isActive = true
        feed.start(
            UploadFeed.Pass(number: pass, producer: producer, offer: offer, end: passEnded))
    }

    /// No more of the body is wanted.
    func stop() {
        isActive = false
        feed.stop()
        answer(false)
    }

    /// Whether the producer of a pass that was stopped has not ended yet.
    var isProducing: Bool { feed.isProducing }

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
        guard isActive, pass == self.pass, offered == nil else {
            resumeProducer(false)
            return false
        }
        offered = (step, resumeProducer)
        return true
    }
}
