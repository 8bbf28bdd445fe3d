internal import ArgumentParser

/// Where a request's body comes from.
struct BodyOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The body: JSON as it is, @FILE for what is in a file, or - for standard input.",
            valueName: "json|@file|-"))
    var data: String?

    /// The body; nil when none was given.
    func body() throws(ValidationError) -> [UInt8]? {
        switch data {
        case nil: nil
        case "-": try contents(of: .standardInput, named: "standard input")
        case let data? where data.hasPrefix("@"):
            try contents(of: .path(String(data.dropFirst())), named: String(data.dropFirst()))
        case let data?: Array(data.utf8)
        }
    }

    private func contents(
        of file: InputFile, named name: String
    ) throws(ValidationError) -> [UInt8] {
        do throws(SystemError) {
            return try file.contents()
        } catch {
            throw ValidationError("'--data' can't be read from \(name): \(error)")
        }
    }
}
