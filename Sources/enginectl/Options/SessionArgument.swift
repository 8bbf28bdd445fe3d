internal import ArgumentParser

/// Which testing session a command is about.
struct SessionArgument: ParsableArguments {
    @Argument(help: "The session's name.", completion: EngineCompletion.sessions)
    var name: String
}
