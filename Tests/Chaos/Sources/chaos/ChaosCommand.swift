internal import ArgumentParser

/// The program: the supervisor, and the processes that it starts of itself.
@main
struct ChaosCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chaos", abstract: "Prove a client under fire.",
        subcommands: [
            RunCommand.self, ServeCommand.self, SquatCommand.self, ClientCommand.self,
        ], defaultSubcommand: RunCommand.self)
}
