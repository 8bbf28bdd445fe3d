import EngineCore
import EngineTesting
import Foundation
import TestSupport
import Testing

/// `enginectl send`: bodies of any size, heads, and refusals that are kept to themselves.
@Suite(.accountsForResources, .timeLimit(.minutes(20))) struct SendStreamTests {
    private static let size = 3 << 20

    private static let framing: EmbeddedEngine.Handler = { request in
        let coding = request.headers["Transfer-Encoding"] ?? "none"
        let length = request.headers["Content-Length"] ?? "none"
        return .json("\(coding) \(length) \(request.body.count)")
    }

    private static let large: EmbeddedEngine.Handler = { request in
        EmbeddedResponse(
            status: request.path == "/bad" ? 500 : 200,
            body: [UInt8](repeating: UInt8(ascii: "x"), count: size))
    }

    @Test func sendsAFileWithItsLength() async throws {
        try await withTemporaryDirectory { directory in
            let file = directory + "/body"
            try Data(count: Self.size).write(to: URL(fileURLWithPath: file))
            try await withEmbeddedEngine(handler: Self.framing) { engine in
                let outcome = try await engine.enginectl("send", "/x", "--data", "@" + file)
                #expect(outcome == .success("none \(Self.size) \(Self.size)"))
            }
        }
    }

    @Test func sendsAFileAsStandardInputWithItsLength() async throws {
        try await withEmbeddedEngine(handler: Self.framing) { engine in
            let outcome = try await engine.enginectl(
                "send", "/x", "--data", "-", input: String(repeating: "x", count: Self.size))
            #expect(outcome == .success("none \(Self.size) \(Self.size)"))
        }
    }

    @Test func bothBodiesMoveWhileTheyAreMade() async throws {
        let path = EmbeddedEngine.newSocketPath()
        try await withRawListener(on: path) { listener in
            let (input, output) = (try LinePipe(), try LinePipe())
            defer { close(output.reading) }
            let child: ChildProcess
            do {
                defer { for end in [input.reading, output.writing] { close(end) } }
                child = try ChildProcess(
                    Enginectl.path, ["send", "/x", "--data", "-", "--socket", path],
                    input: input.reading, output: output.writing, error: nil)
            }
            let peer: Peer
            do {
                // The pipe's end is that of the request.
                defer { close(input.writing) }
                peer = try await listener.accept()
                #expect(unsafe write(input.writing, "one\n", 4) == 4)
                let request = try await peer.read(until: "one\n")
                #expect(request.hasPrefix("POST /x HTTP/1.1\r\n"))
                #expect(request.hasSuffix("\r\n\r\n4\r\none\n"))
                try await peer.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
                try await peer.write("6\r\nfirst\n\r\n")
                #expect(await output.line() == "first\n")
            }
            #expect(try await peer.read(until: "0\r\n\r\n") == "\r\n0\r\n\r\n")
            try await peer.write("7\r\nsecond\n\r\n0\r\n\r\n")
            #expect(await output.line() == "second\n")
            #expect(await child.exit() == .status(0))
            await peer.close()
        }
    }

    @Test func printsALongBodyWhole() async throws {
        try await withEmbeddedEngine(handler: Self.large) { engine in
            for options in [[], ["--fail"], ["--json"]] {
                let outcome = try await Enginectl.run(
                    ["send", "/x", "--socket", engine.socketPath] + options)
                #expect(outcome.exit == .status(0))
                #expect(outcome.output.utf8.count == Self.size)
            }
        }
    }

    @Test func printsABadBodyOfAnyLength() async throws {
        try await withEmbeddedEngine(handler: Self.large) { engine in
            let outcome = try await engine.enginectl("send", "/bad")
            #expect(outcome.output.utf8.count == Self.size)
            let message = "error: 2803 http: the engine answered with HTTP status 500\n"
            #expect(outcome == .failure(message, output: outcome.output))
            let quiet = try await engine.enginectl("send", "/bad", "--fail")
            #expect(quiet == .failure(message))
        }
    }

    @Test func keepsARefusalToItself() async throws {
        try await withEmbeddedEngine { _ in
            .refusal("no")
        } _: { engine in
            let outcome = try await engine.enginectl("send", "/x", "--fail", "--include")
            #expect(
                outcome == .failure("error: 2803 http: the engine refused the request\nno\n"))
        }
    }

    /// What arrives is printed at once, where it can't be a refusal.
    @Test(
        arguments: ["--fail", "--json"],
        ["hello\n", "\u{FEFF} [1,\n", "{\"a\":\"}{\\\"\"}\n", " 1\n"])
    func holdsNothingBackThatIsNoRefusal(_ option: String, _ start: String) async throws {
        let path = EmbeddedEngine.newSocketPath()
        try await withRawListener(on: path) { listener in
            let output = try LinePipe()
            defer { close(output.reading) }
            let child: ChildProcess
            do {
                defer { close(output.writing) }
                child = try ChildProcess(
                    Enginectl.path, ["send", "/x", option, "--socket", path],
                    input: nil, output: output.writing, error: nil)
            }
            let peer = try await listener.accept()
            _ = try await peer.read(until: "\r\n\r\n")
            try await peer.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            try await peer.write("\(String(start.utf8.count, radix: 16))\r\n\(start)\r\n")
            #expect(await output.line() == start)
            try await peer.write("2\r\nx\n\r\n0\r\n\r\n")
            #expect(await output.line() == "x\n")
            #expect(await child.exit() == .status(0))
            await peer.close()
        }
    }

    @Test func aLongObjectIsNoRefusal() async throws {
        let body = "{\"status\":\"ERROR\",\"rows\":\"" + String(repeating: "x", count: 70_000)
        try await withEmbeddedEngine { _ in
            EmbeddedResponse(body: Array(body.utf8))
        } _: { engine in
            let outcome = try await engine.enginectl("send", "/x", "--fail")
            #expect(outcome == .success(body))
        }
    }

    @Test func anObjectWithMoreBehindItIsNoRefusal() async throws {
        let body = "{\"status\":\"ERROR\",\"error\":\"no\"}\n{}\n"
        try await withEmbeddedEngine { _ in
            EmbeddedResponse(body: Array(body.utf8))
        } _: { engine in
            let outcome = try await engine.enginectl("send", "/x", "--fail")
            #expect(outcome == .success(body))
        }
    }

    /// Each way to name a target, and the one that is sent.
    @Test(arguments: [
        (["status"], "GET /status"), (["http://localhost/status?a=b#c"], "GET /status?a=b"),
        (["http://localhost"], "GET /"), (["HTTP://x:80?q"], "GET /?q"),
        (["*", "--method", "OPTIONS"], "OPTIONS *"), (["/a://b"], "GET /a://b"),
        (["/x", "--method", "get"], "get /x"),
    ])
    func targets(_ arguments: [String], _ line: String) async throws {
        let path = EmbeddedEngine.newSocketPath()
        try await withRawListener(on: path) { listener in
            async let outcome = Enginectl.run(["send", "--socket", path] + arguments)
            let peer = try await listener.accept()
            let request = try await peer.read(until: "\r\n\r\n")
            #expect(request.hasPrefix(line + " HTTP/1.1\r\n"))
            try await peer.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            #expect(try await outcome.exit == .status(0))
            await peer.close()
        }
    }

    @Test(arguments: [[], ["--fail"]])
    func printsTheHead(_ options: [String]) async throws {
        try await withEmbeddedEngine { request in
            EmbeddedResponse(
                status: 204, headers: ["X-Echo": request.headers["X-Asked"] ?? "nothing"])
        } _: { engine in
            let outcome = try await Enginectl.run(
                [
                    "send", "/x", "--include", "--header", "x-asked:  a: b ", "--socket",
                    engine.socketPath,
                ] + options)
            #expect(outcome == .success(outcome.output))
            #expect(outcome.output.hasPrefix("HTTP/1.1 204\n"))
            #expect(outcome.output.contains("\nX-Echo: a: b\n"))
            #expect(outcome.output.hasSuffix("\n\n"))
        }
    }

    @Test(arguments: ["X", ": x", "X Y: z", "X: \u{7}", "X: a\r\nY: b"])
    func badFieldsAreTold(_ field: String) async throws {
        let outcome = try await Enginectl.run(["send", "/x", "--header", field])
        #expect(outcome.exit == .status(64))
        #expect(outcome.error.hasPrefix("Error: The value '\(field)' is invalid for '--header"))
    }

    @Test func aBodyThatEndsEarly() async throws {
        try await withEmbeddedEngine { _ in
            EmbeddedResponse(body: Array("{}".utf8), fault: .truncate(at: 1))
        } _: { engine in
            let outcome = try await engine.enginectl("send", "/x", "--method", "POST")
            #expect(outcome.exit == .status(1))
            #expect(outcome.error.hasPrefix("error: 2803 http: the engine closed the connection"))
        }
    }
}
