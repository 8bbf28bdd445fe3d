internal import ArgumentParser
internal import EngineCore
internal import EngineModules

/// A route's new priority.
struct RouterPriorityCommand: ModuleAction {
    static let configuration = CommandConfiguration(
        commandName: "priority",
        abstract: "Change the priority of a route.",
        discussion: """
            Example:
              enginectl router priority default 20
            """)

    @OptionGroup var route: RouteArgument

    @Argument(help: "The new priority; no other route may have it.")
    var priority: UInt32

    @OptionGroup var connection: ConnectionOptions

    func call(_ engine: Engine) async throws(EngineError) {
        try await engine.router.patchPriority(route.name, to: priority)
    }
}
