internal import ArgumentParser
internal import EngineCore

@main
struct EnginectlCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enginectl",
        abstract: "Talk to a local engine over its Unix socket.",
        discussion: """
            Exit status: 0 on success, 1 when a request fails, 64 for a bad command line. A failure \
            is told on standard error as `error: CODE NAME: message`, or with --json on standard \
            output as {"error":{"code":CODE,"name":"...","message":"...","detail":"...",...}}, with the \
            engine's words and the response where there was one.

            The engine's socket is --socket, or the environment's ENGINE_SOCKET (for events post \
            ENGINE_EVENTS_SOCKET), or for the API \(EngineConfiguration.defaultSocketPath).

            A duration is \(DurationText.rule).

            Example:
              enginectl status
              enginectl send --data '{"instrumentName":"router.eps.1m"}' /metrics/get
            """,
        version: "enginectl \(packageVersion)",
        subcommands: [
            SendCommand.self, StatusCommand.self, HealthCommand.self, MetricsCommand.self,
            RouterCommand.self, TesterCommand.self, ContentCommand.self, GeoCommand.self,
            IOCCommand.self, EventDumperCommand.self, RawEventIndexerCommand.self,
            EventsCommand.self, BenchCommand.self, ServeCommand.self,
        ])

    static func main() async {
        StandardStream.prepareAll()
        do {
            let command = try await parse()
            let type = type(of: command)
            do {
                try await run(command)
            } catch let error as ValidationError {
                end(with: error, of: type)
            }
        } catch {
            exit(withError: error)
        }
    }

    private static func parse() async throws -> any ParsableCommand {
        let suggestion = CommandSuggestion(Array(CommandLine.arguments.dropFirst()), of: Self.self)
        do {
            // The library shows the root's help for a command that is not there.
            if CommandLine.arguments.dropFirst().first == "help", let suggestion { end(suggestion) }
            return try await asyncParseAsRoot()
        } catch {
            guard exitCode(for: error) == .validationFailure, let suggestion else { throw error }
            end(suggestion)
        }
    }

    private static func end(_ suggestion: CommandSuggestion) -> Never {
        end(
            with: ValidationError(suggestion.message), of: suggestion.parents.last ?? Self.self)
    }

    private static func run(_ command: sending any ParsableCommand) async throws {
        var command = command
        if var command = command as? any AsyncParsableCommand {
            try await command.run()
        } else {
            try command.run()
        }
    }

    /// Ends as for a line that can't be parsed, with the usage of the command that ran: the
    /// library's own ending knows only that of the root.
    private static func end(
        with error: ValidationError, of command: any ParsableCommand.Type
    ) -> Never {
        let usage = "Usage: \(usageString(for: command))"
        // When not even this can be written, the exit status is all there is.
        _ = try? StandardStream.error.write(Array("Error: \(error.message)\n\(usage)\n".utf8))
        exit(withError: ExitCode.validationFailure)
    }
}
