import EngineJSON
import Testing

@Suite struct NumberTests {
    @Test(arguments: [
        "0", "-0", "0.0", "-0.0", "0e5", "0e-5", "0e99999999999999999999", "1", "-1", "0.1", "1.5",
        "9007199254740991", "9007199254740992", "9007199254740993", "9007199254740994",
        "9007199254740995", "-9007199254740993", "9007199254740993.0", "900719925474099.3e1",
        "9007199254740993.00000000000000000000000000000000000001",
        "9223372036854775807", "9223372036854775808", "18446744073709551615",
        "18446744073709551616", "36893488147419103232", "1e22", "1e23", "8.98846567431158e307",
        "1.7976931348623157e308", "1.7976931348623158e308", "1.797693134862315807e308",
        "1.79769313486231580793728971405301e308", "2.2250738585072014e-308",
        "2.2250738585072011e-308", "2.225073858507201e-308", "4.9406564584124654e-324", "5e-324",
        "2.4703282292062327e-324", "2.4703282292062328e-324", "2.5e-324", "7.4e-324", "1e-400",
        "0.000000000000000000000000000000000000000000000000000001", "123456789.123456789e-40",
        "1.00000000000000011102230246251565404236316680908203125",
        "1.00000000000000011102230246251565404236316680908203124",
        "1.00000000000000011102230246251565404236316680908203126",
        "3.141592653589793238462643383279502884197169399375105820974944592307816406286",
        "6929495644600919.5", "3.518437208883201171875e13", "7.8459735791271921e65",
        "1448997445238699", "6.7e-5", "1e27", "1e28", "1e-27", "1e-28", "9999999999999999999e27",
        "12345678901234567890e-27", "1234567890123456789012e-27", "0.3e1", "1E+5", "1e-05",
    ])
    func realsAreTheNearest(_ text: String) throws {
        let expected = try #require(Double(text))
        #expect(try decode(Double.self, text).bitPattern == expected.bitPattern)
        let single = try #require(Float(text))
        if single.isFinite {
            #expect(try decode(Float.self, text).bitPattern == single.bitPattern)
        } else {
            #expect(throws: DecodingError.self) { try decode(Float.self, text) }
        }
    }

    @Test(arguments: [
        "1e309", "1.7976931348623159e308", "1e999", "-1e400", "1e99999999999999999999",
        "17976931348623159" + String(repeating: "0", count: 292),
    ])
    func realsOutOfRangeAreRefused(_ text: String) throws {
        #expect(throws: DecodingError.self) { try decode(Double.self, text) }
        #expect(throws: DecodingError.self) { try decode(Float.self, text) }
        #expect(try JSONValue(parsing: bytes(text)).bytes() == bytes(text))
    }

    /// Random bit patterns written in many ways; the C library is the judge.
    @Test func randomRealsAreTheNearest() throws {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<5_000 {
            let value = Double(bitPattern: generator.next())
            guard value.isFinite else { continue }
            #expect(try decode(Double.self, "\(value)").bitPattern == value.bitPattern)
            #expect(try encode(value) == JSONNumber(value).map(\.text))
            #expect(try decode(Double.self, encode(value)).bitPattern == value.bitPattern)
            let single = Float(bitPattern: UInt32(truncatingIfNeeded: generator.next()))
            guard single.isFinite else { continue }
            #expect(try decode(Float.self, encode(single)).bitPattern == single.bitPattern)
        }
    }

    @Test func randomDigitsAreTheNearest() throws {
        var generator = SeededGenerator(seed: 2)
        for round in 0..<8_000 {
            let digits = String(generator.next()) + (round % 3 == 0 ? String(generator.next()) : "")
            let kept = digits.prefix(Int.random(in: 1...digits.count, using: &generator))
            let point = Int.random(in: 0...kept.count, using: &generator)
            let whole = kept.prefix(point).drop { $0 == "0" }
            let fraction = kept.dropFirst(point)
            let exponent = Int.random(in: -40...40, using: &generator) * (round % 7 == 0 ? 8 : 1)
            let text =
                (whole.isEmpty ? "0" : whole) + (fraction.isEmpty ? "" : "." + fraction)
                + "e\(exponent)"
            let expected = try #require(Double(String(text)))
            if expected.isFinite {
                #expect(try decode(Double.self, String(text)).bitPattern == expected.bitPattern)
            }
            let single = try #require(Float(String(text)))
            if single.isFinite {
                #expect(try decode(Float.self, String(text)).bitPattern == single.bitPattern)
            }
        }
    }

    /// Points halfway between two neighbours, and one digit below and above them.
    @Test func halfwayCasesGoToEven() throws {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<500 {
            let low = UInt64.random(in: 1 << 52..<1 << 53, using: &generator)
            // 2 × low + 1 has one bit too many.
            let half = "\(UInt128(low) * 2 + 1)"
            let below = low % 2 == 0 ? low : low + 1
            #expect(try decode(Double.self, half) == Double(below) * 2)
            #expect(try decode(Double.self, half + ".0000") == Double(below) * 2)
            let zeros = String(repeating: "0", count: 900)
            #expect(try decode(Double.self, half + "." + zeros + "1") == Double(low + 1) * 2)
            #expect(try decode(Double.self, half + zeros + "e-900") == Double(below) * 2)
        }
    }

    @Test func veryLongNumbersAreReadInLinearTime() throws {
        let digits = String(repeating: "7", count: 300_000)
        #expect(throws: DecodingError.self) { try decode(Double.self, digits) }
        #expect(try decode(Double.self, "0.\(digits)") == 7.0 / 9)
        #expect(try decode(Double.self, "\(digits)e-300000") == 7.0 / 9)
        #expect(try decode(Double.self, "0.\(String(repeating: "0", count: 300_000))1e300001") == 1)
        #expect(try decode(Int.self, "1\(String(repeating: "0", count: 100_000))e-100000") == 1)
        #expect(try decode(Int.self, "0e\(digits)") == 0)
    }

    @Test func integersAreExactAtTheirLimits() throws {
        try check(Int8.self)
        try check(Int16.self)
        try check(Int32.self)
        try check(Int64.self)
        try check(Int.self)
        try check(Int128.self)
        try check(UInt8.self)
        try check(UInt16.self)
        try check(UInt32.self)
        try check(UInt64.self)
        try check(UInt.self)
        try check(UInt128.self)
    }

    private func check<I: FixedWidthInteger & Codable>(_ type: I.Type) throws {
        for value in [I.min, I.min + 1, 0, 1, 7, I.max / 2, I.max - 1, I.max] {
            #expect(try decode(type, "\(value)") == value)
            #expect(try decode(type, "\(value).0") == value)
            if value != 0 { #expect(try decode(type, "\(value)000e-3") == value) }
            #expect(try decode(type, encode(value)) == value)
            #expect(try encode(value) == "\(value)")
            #expect(try decode([I].self, "[\(value)]") == [value])
        }
        // Digits are added as text, since the numbers don't fit.
        let above = String("\(I.max)".dropLast()) + "\((Int("\(I.max)".suffix(1)) ?? 0) + 1)"
        for text in [
            above, "\(I.max)0", "\(I.max).5", "1e40", "0.5", "1e-1", "1e99999999999999999999",
        ] {
            #expect(throws: DecodingError.self, "\(text)") { try decode(type, text) }
        }
        if I.isSigned {
            let below = String("\(I.min)".dropLast()) + "\((Int("\(I.min)".suffix(1)) ?? 0) + 1)"
            #expect(throws: DecodingError.self) { try decode(type, below) }
        } else {
            #expect(throws: DecodingError.self) { try decode(type, "-1") }
            #expect(try decode(type, "-0") == 0)
        }
        #expect(try decode(type, "1e2") == 100)
        #expect(try decode(type, "0.12e3") == 120)
        #expect(try decode(type, "1200e-2") == 12)
        #expect(try decode(type, "0.0") == 0)
    }

    @Test func numbersWithoutAFormAreAnErrorUnlessSet() throws {
        for value in [Double.infinity, -.infinity, .nan] {
            #expect(throws: EncodingError.self) { try encode(value) }
            #expect(throws: EncodingError.self) { try encode(["a": [value]]) }
            #expect(throws: EncodingError.self) { try encode([Float(value)]) }
        }
        let coding = JSONCoding(
            nonFinite: .strings(positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan"))
        let text = try encode([Double.infinity, -.infinity, .nan, 1], by: coding)
        #expect(text == #"["inf","-inf","nan",1]"#)
        let read = try decode([Double].self, text, by: coding)
        #expect(read[0] == .infinity && read[1] == -.infinity && read[2].isNaN && read[3] == 1)
        #expect(throws: DecodingError.self) { try decode(Double.self, "\"x\"", by: coding) }
        #expect(throws: DecodingError.self) { try decode(Double.self, "\"inf\"") }
    }
}
