package import ArgumentParser

/// What every client is asked to do, over and over.
package enum Work: String, ExpressibleByArgument, Sendable {
    /// A small request, and a small answer that is looked at as bytes.
    case raw
    /// A reply of 935 bytes that is decoded.
    case json
    /// A body of the given size that comes.
    case download
    /// A body of the given size that goes, its length known.
    case upload
    /// The same without a length.
    case uploadChunked = "upload-chunked"
    /// The same from a file.
    case uploadFile = "upload-file"
    /// As raw, each on a connection of its own.
    case connect
    /// Requests that are answered when all callers wait for one, each on a connection of its own.
    case hold
}

/// The command line that all clients share.
package struct LoadOptions: ParsableArguments, Sendable {
    @Option package var socket: String
    @Option(help: "Where the nanoseconds of each request go, as 64-bit little-endian numbers.")
    package var out: String
    @Option package var work: Work
    @Option package var requests = 1
    @Option(help: "Requests before the measured ones.")
    package var warmup = 0
    @Option(help: "Tasks that each have one request in flight.")
    package var callers = 1
    @Option(help: "Requests a second in an open loop; 0 for a closed one.")
    package var rate = 0.0
    @Option(help: "Bytes of a body.")
    package var size = 0
    @Option(help: "A file of that size.")
    package var file = ""
    @Option(help: "The most connections; 0 for the library's default.")
    package var connections = 0

    package init() {}

    package mutating func validate() throws {
        guard requests > 0, callers > 0 else {
            throw ValidationError("--requests and --callers are at least 1")
        }
    }
}
