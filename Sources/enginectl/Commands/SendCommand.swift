internal import ArgumentParser
internal import EngineCore

/// Any request, its response printed as it comes.
struct SendCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "send",
        abstract: "Send one request and print the response's body.",
        discussion: """
            Both bodies are streamed, whatever their size. --timeout limits the time up to the \
            response's head, and after it each stretch without progress. The body is printed byte for byte, also when the engine \
            refuses; the refusal is then told on standard error. With --fail or --json a refusal's \
            body is not printed: the first mebibyte of a response is held back until it is known \
            to be none.

            Example:
              enginectl send /status
              enginectl send --include --header 'Accept: application/json' /status
              enginectl send --data '{"space":"standard"}' /metrics/list
              enginectl send --data @policy.json /_internal/content/policy/upsert
              jq -c .policy file.json | enginectl send --data - /content/validate/policy
            """)

    @OptionGroup var content: BodyOptions

    @Option(
        help: ArgumentHelp(
            "A field of the request's head; may be given more than once.",
            valueName: "name: value"))
    var header: [HeaderArgument] = []

    @Flag(help: "Print the response's status and fields before its body.")
    var include = false

    @Flag(help: "Print nothing of a response that is a refusal.")
    var fail = false

    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "The path on the engine, with its query if it has one; percent-encoded.")
    var path: String

    func run() async throws {
        let request = try request()
        let output = ResponseOutput(
            includesHead: include, hidesRefusals: fail || connection.output.json)
        try await connection.withEngine { engine throws(EngineError) in
            try await output.print(try await engine.stream(request))
        }
    }

    private func request() throws(ValidationError) -> EngineRequest {
        let body = try content.body()
        var headers = HeaderFields()
        for field in header { headers.append(field.name, field.value) }
        return EngineRequest(
            content.method(hasBody: body != nil),
            path.hasPrefix("/") || path == "*" ? path : "/" + path,
            headers: headers, body: body ?? .empty)
    }
}
