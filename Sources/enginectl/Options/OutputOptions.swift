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
    ///
    /// - Returns: Whether somebody reads on.
    @discardableResult
    func print(
        _ value: some Encodable, orText text: @autoclosure () -> String
    ) throws(EngineError) -> Bool {
        try StandardStream.output.write(json ? JSONText.line(value) : Array(text().utf8))
    }

    /// Prints a result in the form that was asked for.
    ///
    /// - Returns: Whether somebody reads on.
    @discardableResult
    func print(_ result: some TextRepresentable) throws(EngineError) -> Bool {
        try print(result, orText: result.text)
    }

    /// Tells a failure.
    func report(_ error: EngineError) {
        let report = FailureReport(error)
        // When not even the report can be written, the exit status is all there is.
        if json, let line = try? JSONText.line(report) {
            _ = try? StandardStream.output.write(line)
        } else {
            _ = try? StandardStream.error.write(Array(report.text.utf8))
        }
    }
}
