internal import ArgumentParser
internal import EngineCore

/// How a command tells its result, good or bad.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Print results and failures as JSON on standard output.")
    var json = false

    /// Runs an operation; a failure is reported and ends the command.
    func reportingFailure(
        _ operation: () async throws(EngineError) -> Void
    ) async throws(ExitCode) {
        do throws(EngineError) {
            try await operation()
        } catch {
            report(error)
            throw .failure
        }
    }

    /// Prints a result in the form that was asked for.
    func print(
        _ value: some Encodable, orText text: @autoclosure () -> String
    ) throws(EngineError) {
        try StandardStream.output.write(json ? JSONText.line(value) : Array(text().utf8))
    }

    /// Tells a failure.
    func report(_ error: EngineError) {
        let report = FailureReport(error)
        // When not even the report can be written, the exit status is all there is.
        if json, let line = try? JSONText.line(report) {
            try? StandardStream.output.write(line)
        } else {
            try? StandardStream.error.write(Array(report.text.utf8))
        }
    }
}
