internal import ArgumentParser

@main
struct EnginectlCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enginectl",
        abstract: "Talk to a local engine over its Unix socket.",
        discussion: """
            Exit status: 0 on success, 1 when a request fails, 64 for a bad command line. A failure \
            is told on standard error as `error: CODE NAME: message`, or with --json on standard \
            output as {"error":{"code":CODE,"message":"...","name":"..."}}.

            Example:
              enginectl status
              enginectl send --data '{"instrumentName":"router.eps.1m"}' /metrics/get
            """,
        subcommands: [
            SendCommand.self, StatusCommand.self, HealthCommand.self, MetricsCommand.self,
            RouterCommand.self, TesterCommand.self, ContentCommand.self, GeoCommand.self,
            IOCCommand.self, EventDumperCommand.self, RawEventIndexerCommand.self,
            BenchCommand.self, ServeCommand.self,
        ])

    static func main() async {
        StandardStream.prepareAll()
        await main(nil)
    }
}
