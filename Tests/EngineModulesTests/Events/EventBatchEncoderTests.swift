import EngineModules
import EngineSansIO
import EngineTesting
import Testing

struct EventBatchEncoderTests {
    private let header = Array(#"{"wazuh":{"agent":{"id":"001"}}}"#.utf8)

    private func batch(_ events: [String]) throws -> String {
        var encoder = try EventBatchEncoder(header: header)
        for event in events { encoder.append(event.utf8) }
        #expect(encoder.count == events.count)
        return String(decoding: encoder.bytes, as: UTF8.self)
    }

    @Test func theRecordedBatch() throws {
        let exchange = try #require(
            try RecordedExchange.all().first { $0.name == "events.ok" })
        let body = try #require(exchange.body)
        let lines = body.split(separator: "\n", maxSplits: 1)
        var encoder = try EventBatchEncoder(header: Array(lines[0].dropFirst(2).utf8))
        encoder.append("1:/var/log/auth.log:Nov 24 sshd[1]: Accepted password for root".utf8)
        encoder.append("1:/var/log/app:two\nline two".utf8)
        #expect(String(decoding: encoder.bytes, as: UTF8.self) == body)
    }

    @Test(arguments: [
        ("a\nE 1:forged:b", "E a\n E 1:forged:b\n"),
        ("a\n\nE b", "E a\n \n E b\n"),
        ("\nE b", "E \n E b\n"),
        ("a\n", "E a\n \n"),
        ("a\r\nE b\r", "E a\r\n E b\r\n"),
        ("", "E \n"),
        ("H {}", "E H {}\n"),
    ])
    func noEventForgesAnother(event: String, lines: String) throws {
        let text = try batch([event, "next"])
        #expect(text == "H \(String(decoding: header, as: UTF8.self))\n\(lines)E next\n")
    }

    @Test(arguments: [
        "", "{", "[]", "{}\n", "{\n}", "{\r}", "{\0}", "{\t}", "{\u{7f}}", " {}", "{}E 1:x:y",
        "{}\nE 1:x:y\n{}",
    ])
    func aHeaderThatIsNoObjectOnALine(header: String) {
        #expect(throws: EventBatchError.invalidHeader) {
            try EventBatchEncoder(header: Array(header.utf8))
        }
    }

    @Test func startingAnew() throws {
        var encoder = try EventBatchEncoder(header: header)
        let empty = encoder.bytes
        encoder.append("a".utf8)
        encoder.removeAllEvents()
        #expect(encoder.count == 0)
        #expect(encoder.bytes == empty)
    }
}
