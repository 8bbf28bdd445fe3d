import EngineJSON
import Testing

@Suite struct WriterTests {
    private struct Stop: Error {}

    @Test func objectsAndArraysOfAllKinds() throws {
        let bytes = try JSONWriter.object { (root: inout JSONObjectWriter) in
            root.member("s", "a\"/\u{1}é")
            root.member("b", true)
            root.member("i", UInt64.max)
            root.member("n", JSONValue.null)
            try root.member("d", encoding: 1.5)
            root.object("empty") { _ in }
            root.array("list") { list in
                list.element("x")
                list.element(false)
                list.element(-1)
                list.element(["y": 1] as JSONValue)
                list.array { _ in }
                list.object { $0.member("z", Int8.min) }
            }
        }
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == #"{"s":"a\"/\u0001é","b":true,"i":18446744073709551615,"n":null,"d":1.5,"empty":{},"#
                + #""list":["x",false,-1,{"y":1},[],{"z":-128}]}"#)
        #expect(fault(bytes) == nil)
        #expect(JSONWriter.array { _ in } == Array("[]".utf8))
    }

    @Test func whatThrowsIsTakenBack() throws {
        let bytes = JSONWriter.object { root in
            root.member("a", 1)
            #expect(throws: EncodingError.self) { try root.member("b", encoding: Double.nan) }
            #expect(throws: Stop.self) {
                try root.array("c") { (list: inout JSONArrayWriter) throws(Stop) in
                    list.element(1)
                    throw Stop()
                }
            }
            root.member("d", 2)
        }
        #expect(String(decoding: bytes, as: UTF8.self) == #"{"a":1,"d":2}"#)
        let list = JSONWriter.array { list in
            #expect(throws: EncodingError.self) { try list.element(encoding: Double.infinity) }
            list.element(1)
        }
        #expect(String(decoding: list, as: UTF8.self) == "[1]")
        #expect(throws: Stop.self) {
            try JSONWriter.object { (root: inout JSONObjectWriter) throws(Stop) in
                root.member("a", 1)
                throw Stop()
            }
        }
    }

    @Test func aValueWrittenByStepsIsTheValue() throws {
        func write(_ object: JSONObject, _ writer: inout JSONObjectWriter) {
            for (name, value) in object {
                switch value {
                case .object(let inner): writer.object(name) { write(inner, &$0) }
                case .array(let inner): writer.array(name) { write(inner, &$0) }
                default: writer.member(name, value)
                }
            }
        }
        func write(_ elements: [JSONValue], _ writer: inout JSONArrayWriter) {
            for value in elements {
                switch value {
                case .object(let inner): writer.object { write(inner, &$0) }
                case .array(let inner): writer.array { write(inner, &$0) }
                default: writer.element(value)
                }
            }
        }
        let text = #"{"a":[1,[2,{"b":[]},"c"],{}],"d":{"e":{"f":null}},"g":1.50}"#
        let value = try JSONValue(parsing: Array(text.utf8))
        let object = try #require(value.objectValue)
        let bytes = JSONWriter.object { write(object, &$0) }
        #expect(String(decoding: bytes, as: UTF8.self) == text)
    }
}
