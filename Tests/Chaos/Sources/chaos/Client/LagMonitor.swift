internal import EngineCore

/// Notes when this process, or one of its loops, was not given the processor in time: what is late
/// then is not the client's fault.
struct LagMonitor: Sendable {
    static let interval: Int64 = 10_000_000
    private static let noted: Int64 = 20_000_000

    let file: AppendingFile

    /// Watches until the task is cancelled; nil for the threads of all tasks.
    func watch(_ loop: EngineLoop?) async {
        if let loop {
            try? await loop.run { await watch() }
        } else {
            await watch()
        }
    }

    private func watch() async {
        while !Task.isCancelled {
            let started = monotonicNanoseconds()
            await pause(Double(Self.interval) / 1_000_000)
            let ended = monotonicNanoseconds()
            let lag = ended - started - Self.interval
            if lag >= Self.noted { file.append("\(started) \(ended) \(lag)") }
        }
    }
}
