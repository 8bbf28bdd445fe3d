import EngineCore
import Testing

/// What is read of a refusal.
struct RefusalTests {
    private static let envelope = #"{"status":"ERROR","error":"no such space"}"#
    private static let byteOrderMark = "\u{FEFF}"

    @Test(arguments: [
        " ", "\n", "\r\n\t ", byteOrderMark, byteOrderMark + " \r\n",
        String(repeating: "\n", count: 10_000),
    ])
    func whatStandsBeforeItHidesNoRefusal(_ prefix: String) throws {
        let response = EngineResponse(status: 200, body: Array((prefix + Self.envelope).utf8))
        let checked = try #require(throws: EngineError.self) { try response.checkSuccess() }
        let decoded = try #require(throws: EngineError.self) {
            let _: JSONValue = try response.decode()
        }
        for error in [checked, decoded] {
            #expect(error.code == .http)
            #expect(error.engineMessage == "no such space")
        }
    }

    @Test func inUTF16ItIsOneToo() throws {
        for encoding in [UInt16.init(littleEndian:), UInt16.init(bigEndian:)] {
            for start in [[], [UInt16(0xfeff)]] {
                let units = start + Array(Self.envelope.utf16)
                let body = units.flatMap { unit in
                    let ordered = encoding(unit)
                    return [UInt8(truncatingIfNeeded: ordered), UInt8(ordered >> 8)]
                }
                let response = EngineResponse(status: 200, body: body)
                let error = try #require(throws: EngineError.self) { try response.checkSuccess() }
                #expect(error.engineMessage == "no such space")
            }
        }
    }

    @Test(arguments: ["", " ", "\n\n", byteOrderMark, "ERROR", " [\"ERROR\"]", "{\"a\":\"ERROR\"}"])
    func otherBodiesAreNoRefusals(_ body: String) throws {
        try EngineResponse(status: 200, body: Array(body.utf8)).checkSuccess()
    }

    @Test(arguments: ["", " ", "\r\n", byteOrderMark]) func nothingIsAnAcknowledgement(
        _ body: String
    ) throws {
        let _: EngineAcknowledgement = try EngineResponse(status: 200, body: Array(body.utf8))
            .decode()
    }

    @Test(arguments: [
        ("0", Duration.zero), ("7", .seconds(7)), ("007", .seconds(7)),
        ("9223372036854775807", .seconds(Int64.max)),
        ("99999999999999999999999999", .seconds(Int64.max)),
    ])
    func retryAfterInSeconds(_ value: String, _ duration: Duration) {
        #expect(retryAfter(value) == duration)
    }

    @Test(arguments: [
        "", "-1", "+1", "1.5", "1 s", "soon", "0x10", "١", "-9223372036854775808",
        "Sun, 06 Nov 1994 08:49:37", "Sun, 31 Feb 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Nov 99999999999999999999 08:49:37 GMT",
    ])
    func anythingElseIsNoTime(_ value: String) {
        #expect(retryAfter(value) == nil)
    }

    @Test(arguments: [
        "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
    ])
    func aTimeInThePastIsNow(_ value: String) {
        #expect(retryAfter(value) == .zero)
    }

    @Test func aDateCountsFromTheClock() {
        let response = EngineResponse(
            status: 429, headers: ["Retry-After": "Mon, 30 Nov 2026 12:00:07 GMT"])
        // 2026-11-30 12:00:00 UTC, and ten seconds later.
        for (now, expected) in [(Int64(1_796_040_000), 7), (1_796_040_010, 0)] {
            let error = #expect(throws: EngineError.self) { try response.checkSuccess(at: now) }
            #expect(error?.retryAfter == .seconds(expected))
        }
    }

    private func retryAfter(_ value: String) -> Duration? {
        let response = EngineResponse(status: 503, headers: ["Retry-After": value])
        return #expect(throws: EngineError.self) { try response.checkSuccess() }?.retryAfter
    }
}
