internal import ArgumentParser
internal import EngineCore
internal import EngineModules

/// A resource in a space.
struct ResourcesUpsertCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "upsert",
        abstract: "Put a resource into a space, in place of one with its UUID.",
        discussion: """
            Example:
              enginectl content resources upsert custom decoder @decoder.json
            """)

    @OptionGroup var connection: ConnectionOptions

    @OptionGroup var space: SpaceArgument

    @Argument(help: "What it is.")
    var type: ResourceTypeArgument

    @Argument(help: ContentArgument.help("The resource, a JSON object"))
    var content: ContentArgument

    func run() async throws {
        let resource = try content.object(of: "content")
        try await connection.printSuccess { engine throws(EngineError) in
            try await engine.content.resources.upsert(
                resource, type: type.type, in: space.space)
        }
    }
}
