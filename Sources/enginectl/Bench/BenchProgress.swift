/// A line on a terminal that says how far the load has come, and goes when it has ended.
struct BenchProgress {
    private static let pause = Duration.milliseconds(250)
    private static let erase = "\r\u{1B}[K"

    let load: BenchLoad
    let terminal: StandardStream

    /// Redraws the line until it is cancelled.
    @concurrent func run() async {
        repeat {
            write(Self.erase + line)
            try? await Task.sleep(for: Self.pause)
        } while !Task.isCancelled
        write(Self.erase)
    }

    private var line: String {
        let (ended, failed) = load.progress
        let failures = failed == 0 ? "" : ", \(failed) failed"
        return "\(load.elapsed.components.seconds) s: \(ended) requests\(failures)"
    }

    private func write(_ text: String) {
        // A terminal that has gone is no reason to end the run.
        _ = try? terminal.write(Array(text.utf8))
    }
}
