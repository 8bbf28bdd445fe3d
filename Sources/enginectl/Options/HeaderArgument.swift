internal import ArgumentParser
internal import EngineCore

/// A header field on the command line: `NAME: VALUE`.
struct HeaderArgument {
    let name: String
    let value: String

    /// Parses an option's value; a `transform`.
    static func parse(_ text: String) throws -> HeaderArgument {
        var fields = HeaderFields()
        guard let colon = text.firstIndex(of: ":") else {
            throw ValidationError("a field has the form 'NAME: VALUE'.")
        }
        let argument = HeaderArgument(
            name: String(text[..<colon]), value: String(text[text.index(after: colon)...]))
        fields.append(argument.name, argument.value)
        guard fields.invalidField == nil else {
            throw ValidationError(
                "a field's name is a token, such as X-Id, and its value has no control characters.")
        }
        return argument
    }
}
