internal import ArgumentParser
internal import EngineCore

/// What a request is about, as the command line names it (RFC 9112 section 3.2).
struct RequestTarget {
    /// The target as it is sent.
    let text: String

    /// - Throws: `ValidationError` for a URL whose scheme is not `http`.
    init(_ argument: String) throws(ValidationError) {
        // The library refuses it for another method.
        if argument == "*" {
            text = argument
            return
        }
        let form = /(?<scheme>[A-Za-z][A-Za-z0-9+.\-]*):\/\/[^\/?#]*(?<target>[^#]*).*/
        guard let match = argument.wholeMatch(of: form) else {
            text = Self.absolute(argument[...])
            return
        }
        guard match.scheme.lowercased() == "http" else {
            throw ValidationError(
                "'\(argument)' can't be requested: a Unix socket takes http URLs, or paths.")
        }
        text = Self.absolute(match.target)
    }

    private static func absolute(_ target: Substring) -> String {
        target.hasPrefix("/") ? String(target) : "/" + target
    }
}
