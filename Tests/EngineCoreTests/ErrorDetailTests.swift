import EngineCore
import Foundation
import Testing

/// What of the engine's words and the caller's values gets into errors.
struct ErrorDetailTests {
    @Test func theEnginesWordsAreOneLineInTheLog() throws {
        let hostile = "no\n2026-01-01 root logged in\u{1b}[2J\u{202e}\u{0}é"
        let json = try JSONEncoder().encode(["status": "ERROR", "error": hostile])
        let response = EngineResponse(status: 400, body: Array(json))
        let error = #expect(throws: EngineError.self) { try response.checkSuccess() }
        #expect(error?.engineMessage == hostile)
        #expect(error?.message == "the engine answered with HTTP status 400")
        #expect(
            error?.detail
                == "the engine answered with HTTP status 400: no\\n2026-01-01 root logged in"
                + "\\u{1B}[2J\\u{202E}\\0é")
    }

    @Test func longOnesAreCutOff() throws {
        let error = EngineError(
            .http, message: "refused", detail: String(repeating: "é", count: 100_000),
            delivery: .consumed)
        #expect(error.detail.count == 1_001)
        #expect(error.detail.hasSuffix("é…"))
        let short = String(repeating: "a", count: 1_000)
        #expect(
            EngineError(.http, message: short, delivery: .consumed).detail == short)
    }
}
