internal import ArgumentParser
internal import EngineCore
internal import EngineModules

/// A space made from a document.
struct NamespacesImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Make a space from one document.",
        discussion: """
            The document is a JSON object with a policy and resources; it is sent as it is.

            Example:
              enginectl content namespaces import staging @space.json
            """)

    @Flag(help: "Leave the content unchecked.")
    var force = false

    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "The new space's name.")
    var space: String

    @Argument(help: ContentArgument.help("The document"))
    var content: ContentArgument

    func run() async throws {
        let document = try content.text(of: "content")
        try await connection.printSuccess { engine throws(EngineError) in
            try await engine.content.namespaces.import(document, into: space, force: force)
        }
    }
}
