internal import EngineCore
internal import EngineModules

/// Asks an engine for its status again and again, and prints what changes.
struct HealthWatch {
    let output: OutputOptions
    let interval: Duration

    /// Runs until a signal comes, or nobody reads on.
    ///
    /// - Throws: ``EngineError`` when the output can't be written.
    func run(on engine: Engine) async throws(EngineError) {
        let signals = await TerminationSignals()
        let (result, _) = await signals.cancelling { [self] in
            do throws(EngineError) {
                return Result<Void, EngineError>.success(try await printChanges(of: engine))
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }

    private func printChanges(of engine: Engine) async throws(EngineError) {
        var last: HealthObservation?
        while !Task.isCancelled {
            let observation = await HealthObservation(of: engine)
            // A request that the signal has ended says nothing about the engine.
            if Task.isCancelled { return }
            if observation != last {
                guard try output.print(TimedObservation(observation)) else { return }
                last = observation
            }
            // Cancelled by the signal; the loop's condition sees that.
            try? await Task.sleep(for: interval)
        }
    }
}

/// What one look at an engine has found.
enum HealthObservation: Equatable {
    case answered(HealthReport)
    case failed(FailureReport)

    init(of engine: Engine) async {
        do throws(EngineError) {
            self = .answered(HealthReport(try await engine.status.get()))
        } catch {
            self = .failed(FailureReport(error))
        }
    }
}

/// An observation and its time, as a line.
private struct TimedObservation: TextRepresentable {
    private enum Key: String, CodingKey {
        case time
    }

    private let time = TimeText.now
    private let observation: HealthObservation

    init(_ observation: HealthObservation) {
        self.observation = observation
    }

    var text: String {
        switch observation {
        case .answered(let report): "\(time) \(report.summary)\n"
        case .failed(let report): "\(time) \(report.headline)\n"
        }
    }

    func encode(to encoder: any Encoder) throws {
        switch observation {
        case .answered(let report): try report.encode(to: encoder)
        case .failed(let report): try report.encode(to: encoder)
        }
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(time, forKey: .time)
    }
}
