internal import Dispatch

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// The signals with which people, terminals and service managers end a process. One that was ignored
/// at the start stays so, as `nohup` wants it.
final class TerminationSignals {
    private let sources: [any DispatchSourceSignal]
    private let received: AsyncStream<Void>

    /// Takes the signals over; from its return on none of them ends the process.
    init() async {
        let (received, continuation) = AsyncStream.makeStream(
            of: Void.self, bufferingPolicy: .bufferingOldest(1))
        self.received = received
        sources = [SIGINT, SIGTERM, SIGHUP].map { number in
            #if canImport(Darwin)
                // kqueue sees a signal after its disposition has been carried out.
                signal(number, SIG_IGN)
            #endif
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { continuation.yield() }
            return source
        }
        for source in sources {
            await withCheckedContinuation { registered in
                source.setRegistrationHandler { registered.resume() }
                source.activate()
            }
        }
    }

    /// Waits for the first signal.
    func next() async {
        for await _ in received { return }
    }

    /// Runs an operation that the first signal cancels, and tells whether one did.
    func cancelling<Success: Sendable>(
        _ operation: @escaping @Sendable @concurrent () async -> Success
    ) async -> (result: Success, isInterrupted: Bool) {
        let work = Task { await operation() }
        let watch = Task { [received] in
            for await _ in received {
                work.cancel()
                return true
            }
            return false
        }
        let result = await work.value
        watch.cancel()
        return (result, await watch.value)
    }

    deinit {
        for source in sources { source.cancel() }
    }
}
