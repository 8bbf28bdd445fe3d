import EngineSansIO
import EngineTesting
import Testing

@Suite struct HeaderFieldsTests {
    @Test func literalKeepsOrderAndRepetition() {
        let fields: HeaderFields = ["B": "1", "A": "2", "b": "3"]
        #expect(fields.count == 3)
        #expect(!fields.isEmpty)
        #expect(fields.map(\.name) == ["B", "A", "b"])
        #expect(fields.map(\.value) == ["1", "2", "3"])
        #expect(fields.wire == Array("B: 1\r\nA: 2\r\nb: 3\r\n".utf8))
        #expect(fields.longestLine == 6)
    }

    @Test(arguments: ["Content-Type", "content-type", "CONTENT-TYPE"])
    func lookupIgnoresCase(_ name: String) {
        let fields: HeaderFields = ["Content-Typ": "0", "Content-type": "1", "CONTENT-TYPE": "2"]
        #expect(fields[name] == "1")
        #expect(fields.values(of: name) == ["1", "2"])
    }

    @Test func lookupOfWhatIsNotThere() {
        let fields: HeaderFields = ["A": "1"]
        #expect(fields["B"] == nil)
        #expect(fields["AA"] == nil)
        #expect(fields[""] == nil)
        #expect(fields.values(of: "B").isEmpty)
        #expect(HeaderFields()["A"] == nil)
        #expect(HeaderFields().isEmpty)
    }

    // `[` and `{` differ in the bit that letters differ in by case.
    @Test func onlyLettersHaveCase() {
        let fields: HeaderFields = ["A^": "1", "a~": "2"]
        #expect(fields["a^"] == "1")
        #expect(fields["A~"] == "2")
        #expect(fields["\u{212a}"] == nil)
        #expect((["K": "1"] as HeaderFields)["\u{212a}"] == nil)
    }

    @Test func settingReplacesAllAndGoesLast() {
        var fields: HeaderFields = ["A": "1", "B": "2", "a": "3"]
        fields["a"] = "4"
        #expect(fields == ["B": "2", "a": "4"])
        fields["B"] = nil
        #expect(fields == ["a": "4"])
        #expect(fields.count == 1)
        fields["A"] = nil
        #expect(fields == HeaderFields())
    }

    @Test func replacingLeavesOtherFieldsBytesAlone() throws {
        let bytes =
            Array("HTTP/1.1 200 OK\r\nA: ".utf8) + [0xe9]
            + Array("\r\nContent-Length: 0\r\n\r\n".utf8)
        var fields = try #require(try ParserVerifier.verifyResponse(bytes).head).fields
        fields["Content-Length"] = nil
        #expect(fields.wire == Array("A: ".utf8) + [0xe9, 0x0d, 0x0a])
    }

    @Test func removingShortensTheLongestLine() {
        var fields: HeaderFields = ["A": "1", "B": "22222"]
        fields.removeAll(named: "b")
        #expect(fields.longestLine == 6)
    }

    @Test func whiteSpaceAroundValuesIsDropped() {
        let fields: HeaderFields = ["A": " \t1 2\t ", "B": " \t", "C": ""]
        #expect(fields.map(\.value) == ["1 2", "", ""])
    }

    @Test(arguments: [
        ("", "1"), ("A B", "1"), ("A:", "1"), ("\u{e9}", "1"), ("A\r\nB", "1"), ("A", "1\r\nB: 2"),
        ("A", "1\n"), ("A", "\0"), ("A", "\u{7f}"), ("A", "\u{1}"),
    ])
    func invalidFieldIsRememberedAndNotStored(_ name: String, _ value: String) {
        var fields: HeaderFields = ["Z": "0"]
        #expect(fields.invalidField == nil)
        fields.append(name, value)
        #expect(fields.invalidField == name)
        #expect(fields.count == 1)
        #expect(fields.wire == Array("Z: 0\r\n".utf8))
    }

    @Test func firstInvalidFieldStays() {
        var fields: HeaderFields = ["A ": "1", "B ": "2", "C": "3"]
        #expect(fields.invalidField == "A ")
        fields["C"] = nil
        fields.append("D", "4")
        #expect(fields.invalidField == "A ")
        #expect(fields.map(\.name) == ["D"])
        fields["D"] = "\n"
        #expect(fields.isEmpty)
    }

    @Test func charactersOutsideASCIIAreKept() {
        let fields: HeaderFields = ["A": "\u{e9}\u{1f600}"]
        #expect(fields.invalidField == nil)
        #expect(fields["a"] == "\u{e9}\u{1f600}")
    }
}
