import EngineSansIO
import EngineTesting
import Testing

/// Whether a connection outlives a response, and for how long.
@Suite struct ResponsePersistenceTests {
    struct Persistence: Sendable {
        let version: String
        let fields: String
        let persists: Bool
    }

    static let table = [
        Persistence(version: "1.1", fields: "", persists: true),
        Persistence(version: "1.1", fields: "Connection: keep-alive\r\n", persists: true),
        Persistence(version: "1.1", fields: "Connection: close\r\n", persists: false),
        Persistence(version: "1.1", fields: "connection: CLOSE\r\n", persists: false),
        Persistence(version: "1.1", fields: "Connection: upgrade , close\r\n", persists: false),
        Persistence(version: "1.1", fields: "Connection: keep-alive, close\r\n", persists: false),
        Persistence(
            version: "1.1", fields: "Connection: keep-alive\r\nConnection: close\r\n",
            persists: false),
        Persistence(version: "1.1", fields: "Connection: closed\r\n", persists: true),
        Persistence(version: "1.0", fields: "", persists: false),
        Persistence(version: "1.0", fields: "Connection: Keep-Alive\r\n", persists: true),
        Persistence(version: "1.0", fields: "Connection: close\r\n", persists: false),
        Persistence(version: "1.0", fields: "Connection: close, keep-alive\r\n", persists: false),
        Persistence(version: "1.0", fields: "Keep-Alive: timeout=5\r\n", persists: false),
    ]

    @Test(arguments: table)
    func connectionField(_ row: Persistence) throws {
        let text = "HTTP/\(row.version) 200 OK\r\n\(row.fields)Content-Length: 0\r\n\r\n"
        let outcome = try ParserVerifier.verifyResponse(Array(text.utf8))
        #expect(try #require(outcome.head).persists == row.persists)
    }

    struct Hint: Sendable {
        let fields: String
        let hint: KeepAliveHint?
    }

    static let hints = [
        Hint(fields: "", hint: nil),
        Hint(
            fields: "Keep-Alive: timeout=5, max=100\r\n",
            hint: KeepAliveHint(timeout: 5, maximum: 100)),
        Hint(fields: "keep-alive: TIMEOUT=5\r\n", hint: KeepAliveHint(timeout: 5)),
        Hint(fields: "Keep-Alive: max=3\r\n", hint: KeepAliveHint(maximum: 3)),
        Hint(
            fields: "Keep-Alive: , timeout = 0 ,,max= 1\r\n",
            hint: KeepAliveHint(timeout: 0, maximum: 1)),
        Hint(
            fields: "Keep-Alive: timeout=5\r\nKeep-Alive: max=1\r\n",
            hint: KeepAliveHint(timeout: 5, maximum: 1)),
        Hint(fields: "Keep-Alive:\r\n", hint: KeepAliveHint()),
        Hint(fields: "Keep-Alive: timeout, x=1\r\n", hint: KeepAliveHint()),
        Hint(fields: "Keep-Alive: timeout=-5, max=+1\r\n", hint: KeepAliveHint()),
        Hint(fields: "Keep-Alive: timeout=5s, max=\"1\"\r\n", hint: KeepAliveHint()),
        Hint(fields: "Keep-Alive: timeout=99999999999999999999, max=\r\n", hint: KeepAliveHint()),
    ]

    @Test(arguments: hints)
    func keepAliveField(_ row: Hint) throws {
        let text = "HTTP/1.1 200 OK\r\n\(row.fields)Content-Length: 0\r\n\r\n"
        let outcome = try ParserVerifier.verifyResponse(Array(text.utf8))
        let head = try #require(outcome.head)
        #expect(head.keepAliveHint == row.hint)
        #expect(head.persists)
    }
}
