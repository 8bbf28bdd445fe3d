internal import ArgumentParser
internal import EngineCore
internal import EngineModules

/// The databases.
struct GeoListCommand: ModuleQuery {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Show the geolocation databases.",
        discussion: """
            Example:
              enginectl geo list
            """)

    @OptionGroup var connection: ConnectionOptions

    func call(_ engine: Engine) async throws(EngineError) -> [GeoDatabase] {
        try await engine.geo.list()
    }
}
