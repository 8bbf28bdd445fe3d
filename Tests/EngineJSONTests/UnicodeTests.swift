import EngineJSON
import Testing

@Suite struct UnicodeTests {
    @Test(
        arguments: [
            [0x80], [0xbf], [0xc0, 0x80], [0xc1, 0xbf], [0xc2], [0xc2, 0x20], [0xc2, 0xc2],
            [0xe0, 0x80, 0x80], [0xe0, 0x9f, 0xbf], [0xe1, 0x80], [0xe1, 0x80, 0x41],
            [0xed, 0xa0, 0x80],
            [0xed, 0xbf, 0xbf], [0xef, 0xbf], [0xf0, 0x80, 0x80, 0x80], [0xf0, 0x8f, 0xbf, 0xbf],
            [0xf0, 0x90, 0x80], [0xf1, 0x80, 0x80, 0x41], [0xf4, 0x90, 0x80, 0x80],
            [0xf5, 0x80, 0x80, 0x80], [0xf8, 0x88, 0x80, 0x80, 0x80], [0xfc], [0xfe], [0xff],
        ] as [[UInt8]])
    func invalidUTF8IsRefusedAtItsFirstByte(_ sequence: [UInt8]) throws {
        for padding in 0..<10 {
            let lead = [0x22] + [UInt8](repeating: 0x61, count: padding)
            for tail in [[0x22], [0x61, 0x61, 0x61, 0x61, 0x61, 0x61, 0x61, 0x61, 0x22], []]
                as [[UInt8]]
            {
                let error = try #require(fault(lead + sequence + tail))
                #expect(error.code == .invalidUTF8)
                #expect(error.offset == padding + 1)
            }
        }
    }

    /// The standard library's decoder is the judge for every lead and second byte.
    @Test func twoByteStartsAgreeWithTheStandardLibrary() {
        for lead in UInt8(0x80)...0xff {
            for second in UInt8.min...0xff where second != 0x22 && second != 0x5c && second >= 0x20
            {
                for tail in [[], [0x80], [0x80, 0x80], [0xbf, 0xbf]] as [[UInt8]] {
                    let text = [lead, second] + tail
                    let isValid = String(validating: text, as: UTF8.self) != nil
                    // Expectations would take most of the time.
                    if (fault([0x22] + text + [0x22]) == nil) != isValid {
                        Issue.record("\(text) is valid: \(isValid)")
                    }
                }
            }
        }
    }

    @Test func everyScalarIsReadAndWritten() throws {
        var scalars = String.UnicodeScalarView()
        for value in UInt32(0)...0x10_ffff where value < 0x3000 || value % 61 == 0 {
            if let scalar = Unicode.Scalar(value) { scalars.append(scalar) }
        }
        let text = String(scalars)
        #expect(try decode(String.self, encode(text)) == text)
        let escaped = text.utf16.map { "\\u" + hex($0) }.joined()
        #expect(try decode(String.self, "\"\(escaped)\"") == text)
    }

    private func hex(_ unit: UInt16) -> String {
        let digits = String(unit, radix: 16, uppercase: unit % 2 == 0)
        return String(repeating: "0", count: 4 - digits.count) + digits
    }

    @Test func escapesHaveTheirMeaning() throws {
        let text = #""\"\\\/\b\f\n\r\t\u00e9\uD834\udd1e\u0000""#
        #expect(try decode(String.self, text) == "\"\\/\u{8}\u{c}\n\r\t\u{e9}\u{1d11e}\u{0}")
    }

    @Test func controlCharactersAreEscapedAndSlashesAreNot() throws {
        let text = String(String.UnicodeScalarView((UInt8(0)..<0x20).map { Unicode.Scalar($0) }))
        let expected =
            #""\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r\u000e\u000f"#
            + #"\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c"#
            + #"\u001d\u001e\u001f""#
        #expect(try encode(text) == expected)
        #expect(try encode("a/\"\\\u{7f}é") == "\"a/\\\"\\\\\u{7f}é\"")
    }

    @Test func escapesAreWrittenAtEveryPlace() throws {
        for place in 0..<20 {
            for character in ["\"", "\\", "\n", "\u{1}", "é", "\u{1f}"] {
                var text = Array(repeating: "a", count: 20)
                text[place] = character
                #expect(try decode(String.self, encode(text.joined())) == text.joined())
            }
        }
    }

    /// RFC 8259 §8.3: names are compared by code units, after their escapes are replaced.
    @Test func namesAreComparedWithoutNormalization() throws {
        let value = try JSONValue(parsing: bytes("{\"e\u{301}\":1,\"\u{e9}\":2,\"\\u0061\":3}"))
        #expect(value["e\u{301}"] == 1)
        #expect(value["\u{e9}"] == 2)
        #expect(value["a"] == 3)
        struct Accents: Decodable {
            enum CodingKeys: String, CodingKey {
                case composed = "\u{e9}"
                case escaped = "a"
            }
            let composed: Int
            let escaped: Int
        }
        let accents = try decode(Accents.self, "{\"\\u0061\":3,\"e\u{301}\":1,\"\u{e9}\":2}")
        #expect(accents.composed == 2 && accents.escaped == 3)
    }
}
