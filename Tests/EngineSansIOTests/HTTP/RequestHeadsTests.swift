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
}
