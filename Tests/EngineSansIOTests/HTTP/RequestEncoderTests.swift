import EngineSansIO
import EngineTesting
import Testing

@Suite struct RequestEncoderTests {
    private static let sentinel: [UInt8] = [0xde, 0xad]

    /// The parts of a request that go into its head.
    private struct Parts {
        var method = "POST"
        var target = "/a"
        var name = "X-A"
        var value = "b"

        var trimmedValue: String {
            let isSpace = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
            let ending = value.utf8.drop(while: isSpace).reversed()
            return String(decoding: ending.drop(while: isSpace).reversed(), as: UTF8.self)
        }
    }

    /// Encodes; when that succeeds, what was written must be one request with the same parts.
    private func refusal(of parts: Parts) throws -> RequestEncodingError? {
        var output = Self.sentinel
        var fields = HeaderFields()
        fields.append(parts.name, parts.value)
        do throws(RequestEncodingError) {
            try RequestEncoder.encodeHead(
                HTTPMethod(rawValue: parts.method), parts.target, fields, .length(0),
                into: &output)
        } catch {
            #expect(output == Self.sentinel)
            return error
        }
        #expect(output.starts(with: Self.sentinel))
        let outcome = ParserVerifier.outcome(
            of: Array(output.dropFirst(Self.sentinel.count)), split: .whole, by: RequestParser())
        #expect(outcome.hasEnded && !outcome.needsEndOfInput && outcome.leftoverCount == 0)
        let head = try #require(outcome.head)
        #expect(head.method.rawValue == parts.method)
        #expect(head.target == parts.target)
        let parsed = head.fields.map { "\($0.name)=\($0.value)" }
        #expect(
            parsed == ["Host=localhost", "\(parts.name)=\(parts.trimmedValue)", "Content-Length=0"])
        return nil
    }

    @Test(arguments: [("", ""), ("a", "b"), ("", "b"), ("a", "")])
    func everyCharacterInAMethod(_ before: String, _ after: String) throws {
        for text in Characters.latin1 {
            let isToken = text.utf8.allSatisfy(Characters.token.contains)
            let refusal = try refusal(of: Parts(method: before + text + after))
            #expect(refusal == (isToken ? nil : .invalidMethod), "\(text.unicodeScalars)")
        }
    }

    @Test(arguments: ["", "b"])
    func everyCharacterInATarget(_ after: String) throws {
        for text in Characters.latin1 {
            let isAllowed = text.utf8.allSatisfy { (0x21...0x7e).contains($0) } && text != "#"
            let refusal = try refusal(of: Parts(target: "/a" + text + after))
            #expect(refusal == (isAllowed ? nil : .invalidTarget), "\(text.unicodeScalars)")
        }
    }

    @Test(arguments: [("", ""), ("a", "b"), ("", "b"), ("a", "")])
    func everyCharacterInAFieldName(_ before: String, _ after: String) throws {
        for text in Characters.latin1 {
            let isToken = text.utf8.allSatisfy(Characters.token.contains)
            let name = before + text + after
            let refusal = try refusal(of: Parts(name: name))
            #expect(
                refusal == (isToken ? nil : .invalidField(name: name)), "\(text.unicodeScalars)")
        }
    }

    @Test(arguments: [("", ""), ("a", "b"), ("", "b"), ("a", "")])
    func everyCharacterInAFieldValue(_ before: String, _ after: String) throws {
        for text in Characters.latin1 {
            let isAllowed = text.utf8.allSatisfy { $0 == 0x09 || $0 >= 0x20 && $0 != 0x7f }
            let refusal = try refusal(of: Parts(value: before + text + after))
            #expect(
                refusal == (isAllowed ? nil : .invalidField(name: "X-A")), "\(text.unicodeScalars)")
        }
    }

    // CR LF is one Character to Swift: code that compares Characters misses it.
    @Test(arguments: ["\r", "\n", "\r\n", "\0", "\r\n\r\nGET /b HTTP/1.1"])
    func lineBreaksAndNULAreRefusedEverywhere(_ text: String) throws {
        #expect(try refusal(of: Parts(method: "a\(text)b")) == .invalidMethod)
        #expect(try refusal(of: Parts(target: "/a\(text)b")) == .invalidTarget)
        let name = "a\(text)b"
        #expect(try refusal(of: Parts(name: name)) == .invalidField(name: name))
        #expect(try refusal(of: Parts(value: "a\(text)b")) == .invalidField(name: "X-A"))
        #expect(try refusal(of: Parts(value: text)) == .invalidField(name: "X-A"))
    }

    @Test func hostileMixturesNeverBreakTheHeadApart() throws {
        let alphabet = ["\r", "\n", "\0", " ", "\t", ":", "/", "a", "A", "\u{e9}", "\u{85}", "%"]
        var generator = SplitMix64(seed: 7)
        var acceptedCount = 0
        for _ in 0..<3_000 {
            func text() -> String {
                (0..<Int.random(in: 0...3, using: &generator))
                    .compactMap { _ in alphabet.randomElement(using: &generator) }.joined()
            }
            let parts = Parts(
                method: "A" + text(), target: "/" + text(), name: "a" + text(), value: text())
            if try refusal(of: parts) == nil { acceptedCount += 1 }
        }
        #expect(acceptedCount > 10)
    }

    private func head(
        _ method: HTTPMethod, _ target: String = "/", _ fields: HeaderFields = [:],
        bodySize: Int = 0
    ) throws -> String {
        var output: [UInt8] = []
        try RequestEncoder.encodeHead(method, target, fields, .length(bodySize), into: &output)
        return String(decoding: output, as: UTF8.self)
    }

    @Test(arguments: [HTTPMethod.get, .head, .post, .put, .patch, .delete, .options])
    func lengthIsAlwaysSent(_ method: HTTPMethod) throws {
        #expect(
            try head(method)
                == "\(method) / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n")
        #expect(
            try head(method, bodySize: 12)
                == """
                \(method) / HTTP/1.1\r\nHost: localhost\r
                Content-Type: application/octet-stream\r
                Content-Length: 12\r\n\r\n
                """)
    }

    @Test func defaultsGiveWayToTheCaller() throws {
        #expect(
            try head(.options, "*", ["content-type": "text/plain", "HOST": "x"], bodySize: 1)
                == """
                OPTIONS * HTTP/1.1\r\ncontent-type: text/plain\r\nHOST: x\r\nContent-Length: 1\r\n\r\n
                """)
    }

    @Test(arguments: ["", "a", "**", "*/", "http://localhost/", "?a"])
    func targetsOfOtherFormsAreRefused(_ target: String) {
        #expect(throws: RequestEncodingError.invalidTarget) { try head(.get, target) }
    }

    @Test func lengthOfTheTargetIsLimited() throws {
        let longest = "/" + String(repeating: "a", count: 8_191)
        #expect(try head(.get, longest).hasPrefix("GET \(longest) HTTP/1.1\r\n"))
        #expect(throws: RequestEncodingError.targetTooLong(size: 8_193, limit: 8_192)) {
            try head(.get, longest + "a")
        }
    }

    @Test func lengthOfAFieldLineIsLimited() throws {
        let longest = String(repeating: "b", count: 8_190 - "A: \r\n".utf8.count)
        #expect(try head(.get, "/", ["A": longest]).contains("\r\nA: \(longest)\r\n"))
        #expect(throws: RequestEncodingError.fieldTooLong(name: "A", size: 8_191, limit: 8_190)) {
            try head(.get, "/", ["A": longest + "b"])
        }
    }

    @Test func numberOfFieldsIsLimited() throws {
        var fields = HeaderFields()
        for _ in 0..<97 { fields.append("A", "b") }
        let bytes = Array(try head(.post, "/", fields, bodySize: 1).utf8) + [0]
        let parsed = try #require(try ParserVerifier.verifyRequest(bytes).head)
        #expect(parsed.fields.count == 100)
        fields.append("A", "b")
        #expect(throws: RequestEncodingError.tooManyFields(count: 98, limit: 97)) {
            try head(.get, "/", fields)
        }
    }

    @Test func limitsAreTheCallers() throws {
        let target = "/" + String(repeating: "a", count: 100_000)
        var fields: HeaderFields = ["A": String(repeating: "b", count: 100_000)]
        for _ in 0..<1_000 { fields.append("C", "d") }
        var output: [UInt8] = []
        try RequestEncoder.encodeHead(
            .get, target, fields, .length(0), limits: .unlimited, into: &output)
        #expect(output.count > 200_000)
        var limits = RequestLimits()
        limits.fieldCount = 0
        try RequestEncoder.encodeHead(.get, "/", [:], .length(0), limits: limits, into: &output)
        let error = #expect(throws: RequestEncodingError.tooManyFields(count: 1, limit: 0)) {
            try RequestEncoder.encodeHead(
                .get, "/", ["A": "b"], .length(0), limits: limits, into: &output)
        }
        #expect(
            error?.description == "there are 1 fields, more than requestLimits.fieldCount (0)")
    }

    @Test(arguments: ["a\r\nB: c", "a\0", "a\u{7f}"])
    func aContentTypeCannotBreakTheHeadApart(_ type: String) {
        var output: [UInt8] = []
        #expect(throws: RequestEncodingError.invalidField(name: "Content-Type")) {
            try RequestEncoder.encodeHead(
                .post, "/", [:], .length(1), contentType: type, into: &output)
        }
        #expect(output.isEmpty)
    }

    @Test(arguments: ["Content-Length", "content-length", "Transfer-Encoding", "TRANSFER-encoding"])
    func managedFieldsAreRefused(_ name: String) throws {
        var fields: HeaderFields = ["A": "b"]
        fields.append(name, "0")
        let error = try #require(throws: RequestEncodingError.self) { try head(.get, "/", fields) }
        guard case .managedField(let refused) = error else {
            Issue.record("refused for another reason: \(error)")
            return
        }
        #expect(refused.lowercased() == name.lowercased())
    }
}
