internal import ArgumentParser
internal import EngineCore

/// A duration on the command line, in the grammar of all settings.
struct DurationArgument: Equatable, CustomStringConvertible {
    let duration: Duration

    init(_ duration: Duration) {
        self.duration = duration
    }

    /// Parses an option's value; a `transform`.
    ///
    /// - Throws: `ValidationError` with the grammar.
    static func parse(_ text: String) throws -> DurationArgument {
        guard let duration = DurationText.duration(text) else {
            throw ValidationError("a duration is \(DurationText.rule).")
        }
        return DurationArgument(duration)
    }

    /// The same, without zero.
    static func parsePositive(_ text: String) throws -> DurationArgument {
        let argument = try parse(text)
        guard argument.duration > .zero else {
            throw ValidationError("a duration above 0 is needed: \(DurationText.rule).")
        }
        return argument
    }

    /// What every help text says of a duration.
    static func help(_ text: String, default value: String) -> ArgumentHelp {
        ArgumentHelp(
            "\(text) Such as 250ms, 1.5s or 2min; a number alone counts seconds. "
                + "(default: \(value))",
            valueName: "duration")
    }

    var description: String { DurationText.text(duration) }
}

/// A limit of time on the command line: a duration above 0, or `none`.
struct LimitArgument: Equatable, CustomStringConvertible {
    private static let none = "none"

    /// Nil for no limit.
    let duration: Duration?

    init(_ duration: Duration?) {
        self.duration = duration
    }

    /// Parses an option's value; a `transform`.
    ///
    /// - Throws: `ValidationError` with the grammar.
    static func parse(_ text: String) throws -> LimitArgument {
        if text == none { return LimitArgument(nil) }
        guard let duration = DurationText.duration(text), duration > .zero else {
            throw ValidationError(
                "a limit is none, or a duration above 0: \(DurationText.rule).")
        }
        return LimitArgument(duration)
    }

    /// What every help text says of a limit.
    static func help(_ text: String, default value: String) -> ArgumentHelp {
        ArgumentHelp(
            "\(text) Such as 250ms, 1.5s or 2min; a number alone counts seconds; none for no limit. "
                + "(default: \(value))",
            valueName: "duration|none")
    }

    var description: String { duration.map { DurationText.text($0) } ?? Self.none }
}
