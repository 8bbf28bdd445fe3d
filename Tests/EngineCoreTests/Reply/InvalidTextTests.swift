import EngineCore
import Testing

/// Replies with bytes that are not UTF-8.
struct InvalidTextTests {
    private struct Named: Decodable {
        let name: String
    }

    /// The bytes of a text in which each `?` is one byte that no UTF-8 has.
    private func bytes(_ text: String, _ invalid: [UInt8] = [0xff]) -> [UInt8] {
        text.utf8.flatMap { $0 == UInt8(ascii: "?") ? invalid : [$0] }
    }

    private func failure<Reply: Decodable>(
        _ body: [UInt8], as type: Reply.Type, status: Int = 200
    ) throws -> EngineError {
        try #require(throws: EngineError.self) {
            let _: Reply = try EngineResponse(status: status, body: body).decode()
        }
    }

    @Test(arguments: [#"{"name":"a?"}"#, #"{"name":"é","b":"c?d"}"#, #"{"?":1}"#, "?", "[1,?]"])
    func theErrorSaysWhere(_ text: String) throws {
        let body = bytes(text)
        let offset = try #require(body.firstIndex(of: 0xff))
        let errors = [
            try failure(body, as: JSONValue.self), try failure(body, as: Named.self),
            try failure(body, as: EngineAcknowledgement.self),
        ]
        for error in errors {
            #expect(error.code == .invalidJSON)
            #expect(error.detail.contains("byte \(offset) is not UTF-8"), "\(error)")
            #expect(!error.detail.contains("Dictionary"))
        }
    }

    @Test(arguments: [
        [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82], [0x80],
    ])
    func formsThatOnlyLookLikeUTF8AreNone(_ invalid: [UInt8]) throws {
        let error = try failure(bytes(#"{"name":"?"}"#, invalid), as: JSONValue.self)
        #expect(error.detail.contains("byte 9 is not UTF-8"), "\(error)")
    }

    @Test func anotherFaultIsToldAsWhatItIs() throws {
        let lone = try failure(Array(#"{"name":"\ud800"}"#.utf8), as: JSONValue.self)
        let large = try failure(Array(#"{"name":1e999}"#.utf8), as: [String: Double].self)
        for error in [lone, large] {
            #expect(error.code == .invalidJSON)
            #expect(!error.detail.contains("Dictionary"), "\(error)")
        }
    }

    @Test(arguments: [200, 400]) func aRefusalIsReadAllTheSame(_ status: Int) throws {
        let body = bytes(#"{"status":"ERROR","error":"no space named a?b"}"#)
        let response = EngineResponse(status: status, body: body)
        let checked = try #require(throws: EngineError.self) { try response.checkSuccess() }
        for error in [checked, try failure(body, as: Named.self, status: status)] {
            #expect(error.code == .http)
            #expect(error.engineMessage == "no space named a\u{FFFD}b")
        }
    }
}
