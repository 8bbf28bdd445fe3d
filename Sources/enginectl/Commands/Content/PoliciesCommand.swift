internal import ArgumentParser

/// The commands about policies.
struct PoliciesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policies",
        abstract: "Set, check and remove policies.",
        discussion: """
            Example:
              enginectl content policies upsert custom @policy.json
              enginectl content policies validate custom @space.json
            """,
        subcommands: [
            PoliciesUpsertCommand.self, PoliciesDeleteCommand.self, PoliciesValidateCommand.self,
        ])
}
