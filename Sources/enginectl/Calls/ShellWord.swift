internal import ArgumentParser

/// A name from the engine as a completion script may take it.
///
/// The engine's data is not trusted: bash expands each completion of a custom function (`compgen -W`
/// runs the commands in it), zsh takes a description from it, and all read them line by line.
enum ShellWord {
    /// A name in the form that the script of a shell turns back into the name; nil for a name that
    /// can't be completed: one that is empty, looks like an option, has control characters, or that
    /// the shell would change.
    static func completion(_ name: String, for shell: CompletionShell?) -> String? {
        guard !name.isEmpty, !name.hasPrefix("-"), !name.unicodeScalars.contains(where: isControl)
        else { return nil }
        switch shell {
        case .bash:
            // readline leaves `$`, backquotes and tildes unquoted, and splits words at `:`, `=` and
            // `@`: of what is not plain it gets blanks alone.
            return name.unicodeScalars.allSatisfy(isSafeInBash) ? "'\(name)'" : nil
        case .zsh:
            // The script switches history expansion off, so that nothing quotes its character.
            guard !name.contains("!"), !name.hasPrefix("=") else { return nil }
            return name.replacing("\\", with: "\\\\").replacing(":", with: "\\:")
        case .fish:
            // It quotes all but a tilde.
            return name.hasPrefix("~") ? nil : name
        default:
            return name.unicodeScalars.allSatisfy(isPlain) ? name : nil
        }
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        // Format characters can hide or reorder the text of a line.
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }

    private static func isSafeInBash(_ scalar: Unicode.Scalar) -> Bool {
        isPlain(scalar) || scalar == " " || (!scalar.isASCII && scalar.properties.isAlphabetic)
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", ".", "_", "-", "/", "+", "%", ",": true
        default: false
        }
    }
}
