internal import ArgumentParser

/// Which space a command is about.
struct SpaceArgument: ParsableArguments {
    @Argument(help: "The space's name.", completion: EngineCompletion.spaces)
    var space: String
}
