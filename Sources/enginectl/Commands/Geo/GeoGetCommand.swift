internal import ArgumentParser
internal import EngineCore
internal import EngineModules

/// What is known of an address.
struct GeoGetCommand: ModuleQuery {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Show what the databases know of an address.",
        discussion: """
            An address that none of them knows is no failure: the table has no rows then.

            Example:
              enginectl geo get 203.0.113.7
              enginectl geo get 2001:db8::7 --json | jq .geo
            """)

    @Argument(help: "The IP address.")
    var address: String

    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        guard IPAddress.isValid(address) else {
            throw ValidationError("'\(address)' is no IPv4 or IPv6 address.")
        }
    }

    func call(_ engine: Engine) async throws(EngineError) -> GeoData {
        try await engine.geo.get(ip: address)
    }
}
