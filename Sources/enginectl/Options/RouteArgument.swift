internal import ArgumentParser

/// Which route a command is about.
struct RouteArgument: ParsableArguments {
    @Argument(help: "The route's name.", completion: EngineCompletion.routes)
    var name: String
}
