internal import ArgumentParser
internal import EngineCore

/// A request's method and body.
struct BodyOptions: ParsableArguments {
    private static let methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
    private static let dataName = "--data"

    @Option(
        help: ArgumentHelp(
            "The method, which is case-sensitive. (default: POST with a body, GET without)",
            valueName: "method"),
        completion: .list(methods))
    var method: String?

    @Option(help: ContentArgument.help("The body"))
    var data: ContentArgument?

    /// The method; by default the usual one for a request with or without a body.
    func method(hasBody: Bool) -> HTTPMethod {
        HTTPMethod(rawValue: method ?? (hasBody ? "POST" : "GET"))
    }

    /// The body in memory; nil when none was given.
    func bytes() throws(ValidationError) -> [UInt8]? {
        try data?.bytes(of: Self.dataName)
    }

    /// The body, read while it is sent, as JSON; nil when none was given.
    func body() throws(ValidationError) -> RequestBody? {
        var body = try data?.body(of: Self.dataName)
        body?.contentType = RequestBody.json(bytes: []).contentType
        return body
    }
}
