internal import ArgumentParser

/// Which metric a command is about.
struct MetricArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp("The space; a global metric without it.", valueName: "name"),
        completion: EngineCompletion.spaces)
    var space: String?

    @Argument(help: "The metric's name.", completion: EngineCompletion.metrics)
    var name: String
}
