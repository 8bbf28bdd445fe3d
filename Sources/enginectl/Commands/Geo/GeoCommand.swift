internal import ArgumentParser

/// The commands about geolocation.
struct GeoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "geo",
        abstract: "Show the geolocation databases, and what they know.",
        discussion: """
            Example:
              enginectl geo list
              enginectl geo get 203.0.113.7
            """,
        subcommands: [
            GeoListCommand.self, GeoGetCommand.self,
        ])
}
