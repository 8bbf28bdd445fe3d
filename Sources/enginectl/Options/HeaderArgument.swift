internal import ArgumentParser
internal import EngineCore

/// A header field on the command line: `NAME: VALUE`.
struct HeaderArgument: ExpressibleByArgument {
    let name: String
    let value: String

    init?(argument: String) {
        guard let colon = argument.firstIndex(of: ":") else { return nil }
        name = String(argument[..<colon])
        value = String(argument[argument.index(after: colon)...])
        var fields = HeaderFields()
        fields.append(name, value)
        guard fields.invalidField == nil else { return nil }
    }
}
