import EngineCore
import EngineTesting
import Foundation
import TestSupport
import Testing

/// JSON as a module says that it is written.
@Suite(.accountsForResources) struct CodingTests {
    private struct Visit: Codable, Equatable {
        var userName: String
        var lastLogin: Date
    }

    private struct SnakeModule: EngineModule {
        static let name = "snake"
        let engine: Engine
        let coding = JSONCoding(keys: .snakeCase, dates: .iso8601)
    }

    private struct PlainModule: EngineModule {
        static let name = "plain"
        let engine: Engine
    }

    private let visit = Visit(
        userName: "ada", lastLogin: Date(timeIntervalSince1970: 1_769_847_300))
    private let snake = #"{"user_name":"ada","last_login":"2026-01-31T08:15:00Z"}"#

    /// Echoes the request's body.
    private func withEcho(_ body: (Engine) async throws -> Void) async throws {
        try await withEmbeddedEngine { request in
            EmbeddedResponse(body: request.body)
        } _: { server in
            try await withEngine(
                configuration: .init(socketPath: server.socketPath)
            ) { engine in try await body(engine) }
        }
    }

    @Test func bodiesAndRepliesOfAModuleFollowItsCoding() async throws {
        try await withEcho { engine in
            let module = SnakeModule(engine: engine)
            let document: JSONValue = try await module.send("/visit", visit)
            #expect(document.description == snake)
            #expect(try await module.send("/visit", visit, as: Visit.self) == visit)
            let plain: JSONValue = try await PlainModule(engine: engine).send("/visit", visit)
            #expect(plain.objectValue?.names == ["userName", "lastLogin"])
        }
    }

    @Test func aCallCanHaveOneOfItsOwn() async throws {
        try await withEcho { engine in
            let coding = JSONCoding(keys: .snakeCase, dates: .iso8601)
            let body = try RequestBody.json(visit, by: coding)
            let response = try await engine.execute(EngineRequest(.post, "/visit", body: body))
            #expect(response.text == snake)
            #expect(try response.decode(Visit.self, by: coding) == visit)
            #expect(try await engine.send("/visit", visit, coding: coding, as: Visit.self) == visit)
        }
    }

    @Test func theEnvelopeIsReadWhateverTheCoding() throws {
        let coding = JSONCoding(keys: .snakeCase, dates: .iso8601)
        let body = Array(#"{"a":1,"error":"no such user","status":"ERROR"}"#.utf8)
        let error = try #require(throws: EngineError.self) {
            try EngineResponse(status: 200, body: body).decode(Visit.self, by: coding)
        }
        #expect(error.engineMessage == "no such user")
    }

    @Test func numbersOrderAndDuplicatesAreReadAsTheyAre() throws {
        let text = #"{"z":18446744073709551615,"a":1.0,"m":{"status":"ERROR"},"b":1e400}"#
        let reply: JSONValue = try EngineResponse(status: 200, body: Array(text.utf8)).decode()
        #expect(reply.description == text)
        let twice = Array(#"{"status":"ERROR","status":"OK"}"#.utf8)
        try EngineResponse(status: 200, body: twice).checkSuccess()
        let error = #expect(throws: EngineError.self) {
            try EngineResponse(status: 200, body: twice)
                .decode(JSONValue.self, by: JSONCoding(duplicates: .error))
        }
        #expect(error?.code == .invalidJSON)
    }

    @Test func aWrongReplySaysWhereAndShowsNothingOfIt() throws {
        struct Outer: Decodable {
            struct Inner: Decodable {
                let port: UInt16
            }
            let hosts: [Inner]
        }
        let cases = [
            (#"{"hosts":[{"port":1},{"port":"secret"}]}"#, ["hosts[1].port", "UInt16", "string"]),
            (#"{"hosts":[{"port":1},{"port":65536}]}"#, ["hosts[1].port", "UInt16"]),
            (
                #"{"hosts":[{"port":1},{"port":secret}]}"#,
                ["hosts[1].port", "offset 29", "a value"]
            ),
            (#"{"hosts":[{"port":1},{}]}"#, ["hosts[1]", "port"]),
        ]
        for (text, words) in cases {
            let error = try #require(throws: EngineError.self) {
                try EngineResponse(status: 200, body: Array(text.utf8)).decode(Outer.self)
            }
            #expect(error.code == .invalidJSON)
            #expect(error.message == "the engine's response is not the JSON that was asked for")
            for word in words { #expect(error.detail.contains(word), "\(error.detail)") }
            #expect(!error.detail.contains("secret"))
        }
    }

    @Test func aReplyInUTF16IsNotJSONButStillARefusal() throws {
        func utf16(_ text: String) -> [UInt8] {
            text.utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
        }
        let good = #expect(throws: EngineError.self) {
            try EngineResponse(status: 200, body: utf16(#"{"status":"OK"}"#)).decode(JSONValue.self)
        }
        #expect(good?.code == .invalidJSON)
        let refusal = utf16(#"{"status":"ERROR","error":"no"}"#)
        let decoded = #expect(throws: EngineError.self) {
            try EngineResponse(status: 200, body: refusal).decode(JSONValue.self)
        }
        #expect(decoded?.engineMessage == "no")
    }
}
