internal import ArgumentParser
internal import EngineCore
internal import EngineModules

/// A space's policy.
struct PoliciesUpsertCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "upsert",
        abstract: "Give a space its policy, in place of any that it has.",
        discussion: """
            Example:
              enginectl content policies upsert custom @policy.json
              jq .policy space.json | enginectl content policies upsert custom -
            """)

    @OptionGroup var connection: ConnectionOptions

    @OptionGroup var space: SpaceArgument

    @Argument(help: ContentArgument.help("The policy, a JSON object"))
    var content: ContentArgument

    func run() async throws {
        let policy = try content.object(of: "content")
        try await connection.printSuccess { engine throws(EngineError) in
            try await engine.content.policies.upsert(policy, in: space.space)
        }
    }
}
