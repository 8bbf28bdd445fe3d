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
            body is not printed: a body is held back while it can be a refusal, which is a JSON \
            object under any status. Everything else is printed as it comes.

            304 is a success when --header has If-None-Match or If-Modified-Since.

            As for curl --unix-socket, an http URL stands for its path and query: its host is not \
            looked up.

            Example:
              enginectl send /status
              enginectl send --include --header 'Accept: application/json' /status
              enginectl send --data '{"space":"standard"}' /metrics/list
              jq '{type: "decoder", resource: .}' decoder.json > request.json
              enginectl send --data @request.json /content/validate/resource
              jq '{space: "custom", jsonContent: .}' policy.json |
                enginectl send --data - /_internal/content/policy/upsert
            """)

    @OptionGroup var content: BodyOptions

    @Option(
        help: ArgumentHelp(
            "A field of the request's head; may be given more than once.",
            valueName: "name: value"),
        transform: HeaderArgument.parse)
    var header: [HeaderArgument] = []

    @Flag(help: "Print the response's status and fields before its body.")
    var include = false

    @Flag(help: "Print nothing of a response that is a refusal.")
    var fail = false

    @OptionGroup var connection: ConnectionOptions

    @Argument(
        help: ArgumentHelp(
            "The path on the engine, with its query if it has one; percent-encoded. Or an http "
                + "URL, or * with --method OPTIONS.",
            valueName: "path"))
    var path: String

    func run() async throws {
        let request = try request()
        let output = ResponseOutput(
            includesHead: include, hidesRefusals: fail || connection.output.json,
            // A conditional request asks for 304 (RFC 9110 section 13).
            allowedStatuses: request.isConditional ? [304] : [])
        try await connection.withEngine { engine throws(EngineError) in
            try await output.print(try await engine.stream(request))
        }
    }

    private func request() throws(ValidationError) -> EngineRequest {
        let body = try content.body()
        var headers = HeaderFields()
        for field in header { headers.append(field.name, field.value) }
        return EngineRequest(
            content.method(hasBody: body != nil), try RequestTarget(path).text, headers: headers,
            body: body ?? .empty)
    }
}

extension EngineRequest {
    fileprivate var isConditional: Bool {
        headers["If-None-Match"] != nil || headers["If-Modified-Since"] != nil
    }
}
