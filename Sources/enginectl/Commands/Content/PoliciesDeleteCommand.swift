internal import ArgumentParser
internal import EngineCore
internal import EngineModules

/// A policy removed.
struct PoliciesDeleteCommand: ModuleAction {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Take a space's policy away.",
        discussion: """
            It is no failure when the space has none.

            Example:
              enginectl content policies delete custom
            """)

    @OptionGroup var space: SpaceArgument

    @OptionGroup var connection: ConnectionOptions

    func call(_ engine: Engine) async throws(EngineError) {
        try await engine.content.policies.delete(in: space.space)
    }
}
