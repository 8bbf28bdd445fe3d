internal import ArgumentParser
internal import EngineCore

/// Content on the command line: itself, what a file holds, or standard input.
enum ContentArgument: ExpressibleByArgument {
    case literal(String)
    case input(InputFile)

    init(argument: String) {
        if argument == "-" {
            self = .input(.standardInput)
        } else if argument.hasPrefix("@") {
            self = .input(.path(String(argument.dropFirst())))
        } else {
            self = .literal(argument)
        }
    }

    /// What is said of every argument of this kind.
    static func help(_ subject: String, valueName: String = "json|@file|-") -> ArgumentHelp {
        ArgumentHelp(
            "\(subject): as it is, @FILE for what is in a file, or - for standard input.",
            valueName: valueName)
    }

    /// Whether it takes standard input, which only one argument can.
    var isStandardInput: Bool {
        if case .input(.standardInput) = self { true } else { false }
    }

    /// All of it, in memory.
    ///
    /// - Parameter name: The argument's, for the complaint.
    func bytes(of name: String) throws(ValidationError) -> [UInt8] {
        switch self {
        case .literal(let text): Array(text.utf8)
        case .input(let file):
            try Self.reading(file, name) { () throws(SystemError) in try file.contents() }
        }
    }

    /// All of it as text, without the end of its last line, which editors and shells add.
    func text(of name: String) throws(ValidationError) -> String {
        guard let text = String(validating: try bytes(of: name), as: UTF8.self) else {
            throw ValidationError("'\(name)' is not UTF-8.")
        }
        if case .input = self, text.last?.isNewline == true { return String(text.dropLast()) }
        return text
    }

    /// All of it as a JSON object.
    func object(of name: String) throws(ValidationError) -> JSONValue {
        let bytes = try bytes(of: name)
        guard let value = try? JSONValue(parsing: bytes),
            case .object = value
        else { throw ValidationError("'\(name)' is not a JSON object.") }
        return value
    }

    /// The body of a request, read while it is sent.
    func body(of name: String) throws(ValidationError) -> RequestBody {
        switch self {
        case .literal(let text): .text(text)
        case .input(let file):
            try Self.reading(file, name) { () throws(SystemError) in try file.body() }
        }
    }

    private static func reading<Content>(
        _ file: InputFile, _ name: String, _ operation: () throws(SystemError) -> Content
    ) throws(ValidationError) -> Content {
        do throws(SystemError) {
            return try operation()
        } catch {
            throw ValidationError("'\(name)' can't be read from \(file): \(error)")
        }
    }
}
