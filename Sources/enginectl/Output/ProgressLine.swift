/// A line on a terminal that says how far the work has come, and goes when it has ended.
struct ProgressLine: Sendable {
    private static let pause = Duration.milliseconds(250)
    private static let erase = "\r\u{1B}[K"

    let terminal: StandardStream
    /// What to say now.
    let text: @Sendable () -> String

    /// Redraws the line until it is cancelled.
    @concurrent func run() async {
        repeat {
            write(Self.erase + text())
            // Cut short by the cancellation, which the loop sees.
            try? await Task.sleep(for: Self.pause)
        } while !Task.isCancelled
        write(Self.erase)
    }

    private func write(_ text: String) {
        // A terminal that has gone is no reason to end the work.
        _ = try? terminal.write(Array(text.utf8))
    }
}
