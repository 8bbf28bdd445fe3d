import EngineCore
import EngineModules
import EngineTesting
import Foundation
import TestSupport
import Testing

/// Every recorded exchange of the API socket, in its order, against an engine that starts empty.
@Suite(.accountsForResources, .timeLimit(.minutes(20))) struct RecordingTests {
    /// What can't be the same, by exchange and member of the reply, and why.
    private let varying: [String: [String: (JSONValue) -> Bool]] = [
        // The times of the start and of the dump.
        "metrics.dump": ["uptime": isTime, "timestamp": isTime],
        "metrics.dump.emptybody": ["uptime": isTime, "timestamp": isTime],
        // What protobuf's scanner says after this, and where it stopped; ours is another scanner.
        "badjson": ["error": isParseFailure],
    ]

    /// Not as long as the recorded one says, although the JSON is the same: the path of the
    /// engine's files was shortened in the recording, but not its length.
    private let shortened: Set = ["tester.session.post.bad"]

    @Test func theAnswersComeFromTheState() async throws {
        let exchanges = try RecordedExchange.all().filter { $0.socket == .api }
        #expect(exchanges.count == 69)
        try await withEmbeddedEngine { engine in
            let peer = Peer()
            try await peer.connect(to: engine.socketPath)
            for exchange in exchanges {
                try await peer.write(exchange.request)
                let answer = try await Answer(from: peer)
                try check(answer, against: exchange)
            }
            await peer.close()
            let isEmpty = await engine.state { state in state.content.namespaces.isEmpty }
            #expect(isEmpty)
        }
    }

    @Test func whatATestChangesIsAnswered() async throws {
        try await withEmbeddedEngine { server in
            let client = EngineConfiguration(socketPath: server.socketPath)
            try await withEngine(configuration: client) { engine in
                let before = try await engine.metrics.list()
                #expect(before.count == 19)
                await server.state { state in _ = state.metrics.all.removeLast() }
                let after = try await engine.metrics.list()
                #expect(after == before.dropLast())
                try await engine.metrics.disable(after[0])
                let metric = try await engine.metrics.get(after[0])
                #expect(!metric.isEnabled)
            }
        }
    }

    private func check(_ answer: Answer, against exchange: RecordedExchange) throws {
        let recorded = try Answer(exchange.responseBytes)
        let name = Comment(rawValue: exchange.name)
        #expect(answer.statusLine == recorded.statusLine, name)
        #expect(answer.fields["Content-Length"] == String(answer.body.count), name)
        var (fields, recordedFields) = (answer.fields, recorded.fields)
        let varying = varying[exchange.name] ?? [:]
        if !varying.isEmpty || shortened.contains(exchange.name) {
            fields["Content-Length"] = nil
            recordedFields["Content-Length"] = nil
        }
        #expect(fields == recordedFields, name)
        guard !recorded.body.isEmpty else {
            #expect(answer.body.isEmpty, name)
            return
        }
        var (reply, recordedReply) = (try answer.reply, try recorded.reply)
        for (member, isInForm) in varying {
            let value = reply.removeValue(forKey: member)
            let recordedValue = recordedReply.removeValue(forKey: member)
            #expect(value.map(isInForm) == true, name)
            #expect(recordedValue.map(isInForm) == true, name)
        }
        #expect(reply == recordedReply, name)
    }

    private static func isTime(_ value: JSONValue) -> Bool {
        let form = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/
        return value.stringValue?.wholeMatch(of: form) != nil
    }

    private static func isParseFailure(_ value: JSONValue) -> Bool {
        let form = /Failed to parse protobuff json request: INVALID_ARGUMENT:(?s:.+)/
        return value.stringValue?.wholeMatch(of: form) != nil
    }
}

/// A response in its parts.
private struct Answer {
    let statusLine: String
    let fields: [String: String]
    let body: [UInt8]

    init(from peer: Peer) async throws {
        var bytes: [UInt8] = []
        while !Self.isWhole(bytes) { bytes += try #require(await peer.read()) }
        try self.init(bytes)
    }

    init(_ bytes: [UInt8]) throws {
        let end = try #require(Data(bytes).range(of: Data("\r\n\r\n".utf8)))
        let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self)
            .components(separatedBy: "\r\n")
        statusLine = lines[0]
        fields = Dictionary(
            lines.dropFirst().map { line in
                let parts = line.split(separator: ":", maxSplits: 1).map(String.init)
                return (parts[0], parts[1].trimmingCharacters(in: .whitespaces))
            }
        ) { _, last in last }
        body = Array(bytes[end.upperBound...])
    }

    var reply: [String: JSONValue] {
        get throws { try JSONDecoder().decode([String: JSONValue].self, from: Data(body)) }
    }

    private static func isWhole(_ bytes: [UInt8]) -> Bool {
        guard let answer = try? Answer(partial: bytes),
            let length = answer.fields["Content-Length"].flatMap({ Int($0) })
        else { return false }
        return answer.body.count >= length
    }

    private init?(partial bytes: [UInt8]) throws {
        guard Data(bytes).range(of: Data("\r\n\r\n".utf8)) != nil else { return nil }
        try self.init(bytes)
    }
}

extension RecordedExchange {
    /// The request as it was sent: `chunked.request` in chunks, of which there were none.
    fileprivate var request: String {
        let head = "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\n"
        if name == "chunked.request" {
            return head + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        }
        guard let body else { return head + "\r\n" }
        return head + "Content-Length: \(body.utf8.count)\r\n\r\n" + body
    }
}
