import EngineSansIO
import Testing

@Suite struct RequestHeadsTests {
    private func encoded(
        _ encode: (inout [UInt8]) throws(RequestEncodingError) -> Void
    ) -> Result<[UInt8], RequestEncodingError> {
        var output: [UInt8] = [1, 2, 3]
        do throws(RequestEncodingError) {
            try encode(&output)
            return .success(output)
        } catch {
            return .failure(error)
        }
    }

    @Test(arguments: UInt64(0)..<20)
    func whatIsRememberedIsWhatWouldBeWritten(_ seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        var heads = RequestHeads()
        let methods: [HTTPMethod] = [.get, .post, HTTPMethod(rawValue: "P ST")]
        let targets = [
            "/a", "/b", "/other/b", "/bad path", "/" + String(repeating: "l", count: 2_000),
        ]
        let fields: [HeaderFields] = [[:], ["X-One": "1"], ["Host": "h"], ["Content-Length": "1"]]
        let types = ["text/plain", "application/json", "bad\n"]
        let framings: [RequestFraming] = [.length(0), .length(7), .length(12_345), .chunked]
        for _ in 0..<500 {
            guard let method = methods.randomElement(using: &generator),
                let target = targets.randomElement(using: &generator),
                let fields = fields.randomElement(using: &generator),
                let framing = framings.randomElement(using: &generator),
                let type = types.randomElement(using: &generator)
            else { return }
            let remembered = encoded { output throws(RequestEncodingError) in
                try heads.write(
                    method, target, fields, framing, contentType: type, into: &output)
            }
            let written = encoded { output throws(RequestEncodingError) in
                try RequestEncoder.encodeHead(
                    method, target, fields, framing, contentType: type, into: &output)
            }
            #expect(remembered == written)
        }
    }

    @Test func whatOnlyLooksLikeARememberedMethodIsRefused() throws {
        var heads = RequestHeads()
        var output: [UInt8] = []
        try heads.write(HTTPMethod(rawValue: "LOCK"), "/x", [:], .length(0), into: &output)
        // The Kelvin sign is canonically equal to K.
        let kelvin = HTTPMethod(rawValue: "LOC\u{212A}")
        #expect(throws: RequestEncodingError.invalidMethod) {
            try heads.write(kelvin, "/x", [:], .length(0), into: &output)
        }
    }

    /// The arrays of bytes and the texts that a value holds.
    private func contents(of value: Any) -> [Any] {
        if value is [UInt8] || value is String { return [value] }
        return Mirror(reflecting: value).children.flatMap { contents(of: $0.value) }
    }

    private func storage(of heads: RequestHeads) -> [UInt] {
        contents(of: heads).compactMap { $0 as? [UInt8] }.filter { !$0.isEmpty }.map { bytes in
            // The address is compared, never followed.
            unsafe bytes.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
        }
    }

    private func holds(_ heads: RequestHeads, _ secret: String) -> Bool {
        contents(of: heads).contains { part in
            let text = (part as? [UInt8]).map { String(decoding: $0, as: UTF8.self) }
            return (text ?? part as? String)?.contains(secret) == true
        }
    }

    @Test(arguments: [
        "traceparent", "Tracestate", "baggage", "b3", "X-B3-TraceId", "uber-trace-id",
        "Authorization", "PROXY-AUTHORIZATION", "cookie", "X-Request-ID",
    ])
    func whatDiffersFromRequestToRequestIsNotRemembered(name: String) throws {
        var heads = RequestHeads()
        let constant: HeaderFields = ["Accept": "text/plain", "X-Agent": "me"]
        var storages: [[UInt]] = []
        for number in 0..<10 {
            var fields = constant
            fields.append(name, "secret-\(number)")
            var output: [UInt8] = []
            try heads.write(.post, "/a", fields, .length(number), into: &output)
            let text = String(decoding: output, as: UTF8.self)
            #expect(
                text == "POST /a HTTP/1.1\r\nHost: localhost\r\nAccept: text/plain\r\n"
                    + "X-Agent: me\r\n"
                    + (number > 0 ? "Content-Type: application/octet-stream\r\n" : "")
                    + "Content-Length: \(number)\r\n\(name): secret-\(number)\r\n\r\n")
            #expect(!holds(heads, "secret"))
            storages.append(storage(of: heads))
        }
        // The first one has no body, and with that another head.
        #expect(!storages[1].isEmpty)
        #expect(storages[1...].allSatisfy { $0 == storages[1] })
        // And without such a field it is the same head.
        var output: [UInt8] = []
        try heads.write(.post, "/a", constant, .length(1), into: &output)
        #expect(storage(of: heads) == storages[1])
    }

    @Test func whatIsNotRememberedIsChecked() throws {
        var heads = RequestHeads()
        var output: [UInt8] = []
        let good: HeaderFields = ["Authorization": "a"]
        try heads.write(.get, "/a", good, .length(0), into: &output)
        try heads.write(.get, "/a", good, .length(0), into: &output)
        let size = output.count
        var broken = good
        broken.append("Cookie", "a\r\nInjected: b")
        #expect(throws: RequestEncodingError.invalidField(name: "Cookie")) {
            try heads.write(.get, "/a", broken, .length(0), into: &output)
        }
        var long = HeaderFields()
        long.append("Authorization", String(repeating: "a", count: 10_000))
        #expect(throws: RequestEncodingError.self) {
            try heads.write(.get, "/a", long, .length(0), into: &output)
        }
        var many = HeaderFields()
        for number in 0..<200 { many.append("Cookie", "\(number)") }
        #expect(throws: RequestEncodingError.self) {
            try heads.write(.get, "/a", many, .length(0), into: &output)
        }
        #expect(output.count == size)
    }
}
