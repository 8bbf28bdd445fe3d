internal import ArgumentParser
internal import EngineCore

/// Any request, its response printed as it came.
struct SendCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "send",
        abstract: "Send one request and print the response's body.",
        discussion: """
            The body is printed byte for byte, also when the engine refuses; the refusal is then \
            told on standard error. With --json a refusal's body is not printed.

            Example:
              enginectl send /status
              enginectl send --data '{"space":"standard"}' /metrics/list
              enginectl send --data @policy.json /_internal/content/policy/upsert
              jq -c .policy file.json | enginectl send --data - /content/validate/policy
            """)

    @Option(
        help: ArgumentHelp(
            "The method. (default: GET without --data, POST with)", valueName: "method"))
    var method: String?

    @OptionGroup var content: BodyOptions

    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "The path on the engine, with its query if it has one; percent-encoded.")
    var path: String

    func run() async throws {
        let request = EngineRequest(
            HTTPMethod(rawValue: method?.uppercased() ?? (content.data == nil ? "GET" : "POST")),
            path.hasPrefix("/") ? path : "/" + path, body: .bytes(try content.body() ?? []))
        let isQuietOnFailure = connection.output.json
        try await connection.withEngine { engine throws(EngineError) in
            let response = try await engine.execute(request)
            if isQuietOnFailure { try response.checkSuccess() }
            try StandardStream.output.write(response.body)
            try response.checkSuccess()
        }
    }
}
