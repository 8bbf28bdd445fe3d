internal import ArgumentParser
internal import EngineCore
internal import EngineModules

/// A resource checked.
struct ResourcesValidateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Check a resource by itself.",
        discussion: """
            Example:
              enginectl content resources validate decoder @decoder.json
            """)

    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "What it is.")
    var type: ResourceTypeArgument

    @Argument(help: ContentArgument.help("The resource, a JSON object"))
    var content: ContentArgument

    func run() async throws {
        let resource = try content.object(of: "content")
        try await connection.printSuccess { engine throws(EngineError) in
            try await engine.content.resources.validate(resource, type: type.type)
        }
    }
}
