import EngineJSON
import Foundation
import Testing

/// Which documents Foundation takes, too.
@Suite struct FoundationDocumentTests {
    @Test func damagedDocumentsAreAcceptedByBothOrNeither() throws {
        let documents = [
            #"{"a":[1,2.5e-3,-0,true,false,null,"x\n\u00e9\ud834\udd1e"],"b":{"c":{},"d":[]}}"#,
            #"[{"status":"OK","spaces":{"é":{"enabled":false,"hash":"","update":0}}},[[[]]],"\\"]"#,
            "\u{feff}[0, 1.0E+5 ,\t\"\u{4e16}\u{754c}\u{1d11e}\" ]\n",
        ].map(bytes)
        let interesting =
            Array("\"\\{}[],:0123456789-+.eEtfnu/ \n\t\u{0}".utf8) + [0x80, 0xc3, 0xed, 0xff]
        var generator = SeededGenerator(seed: 11)
        for document in documents {
            #expect(fault(document) == nil && foundationAccepts(document))
            for _ in 0..<3_000 {
                var text = document
                for _ in 0..<Int.random(in: 1...3, using: &generator) {
                    let place = Int.random(in: 0..<text.count, using: &generator)
                    let byte = interesting.randomElement(using: &generator) ?? 0
                    switch Int.random(in: 0..<3, using: &generator) {
                    case 0: text[place] = byte
                    case 1: text.remove(at: place)
                    default: text.insert(byte, at: place)
                    }
                }
                // Foundation guesses other encodings from zeros at the start.
                if text.prefix(4).contains(0) { continue }
                if (fault(text) == nil) != foundationAccepts(text), !isExpected(text) {
                    Issue.record(
                        "\(fault(text) as Any) of \(String(decoding: text, as: UTF8.self)) \(text)")
                }
            }
        }
    }

    /// Whether a comma is the last, or a number has three digits of exponent, where `Double` may end.
    private func isExpected(_ text: [UInt8]) -> Bool {
        String(decoding: text, as: UTF8.self).contains(/,[ \n\r\t]*[\]}]|[eE][+-]?[0-9]{3}/)
    }
}
