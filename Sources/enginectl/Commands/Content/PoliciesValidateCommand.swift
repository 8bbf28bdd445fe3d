internal import ArgumentParser
internal import EngineCore
internal import EngineModules

/// A policy checked.
struct PoliciesValidateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Check a policy with all its resources.",
        discussion: """
            Example:
              enginectl content policies validate custom @space.json
              enginectl content policies validate custom @space.json --load-in-tester
            """)

    @Flag(help: "Leave a valid one in the space's testing session, for tester logtest.")
    var loadInTester = false

    @OptionGroup var connection: ConnectionOptions

    @OptionGroup var space: SpaceArgument

    @Argument(help: ContentArgument.help("The policy and its resources, a JSON object"))
    var content: ContentArgument

    func run() async throws {
        let policy = try content.object(of: "content")
        try await connection.printSuccess { engine throws(EngineError) in
            try await engine.content.policies.validate(
                policy, in: space.space, loadInTester: loadInTester)
        }
    }
}
