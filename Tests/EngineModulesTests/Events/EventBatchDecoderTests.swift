import EngineModules
import EngineSansIO
import Testing

struct EventBatchDecoderTests {
    private func events(in batch: String) throws -> [String] {
        var events: [String] = []
        try EventBatchDecoder.decode(
            Array(batch.utf8), header: { _ in },
            event: { events.append(String(decoding: $0, as: UTF8.self)) })
        return events
    }

    @Test(arguments: 0..<200)
    func readsWhatIsWritten(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let header = Array(#"{"a":1}"#.utf8)
        // Few bytes, so that delimiters come about often.
        let alphabet = Array("EH \n\r:x".utf8)
        let events = (0..<Int.random(in: 0...20, using: &random)).map { _ in
            (0..<Int.random(in: 0...40, using: &random)).map { _ in
                alphabet[.random(in: 0..<alphabet.count, using: &random)]
            }
        }
        var encoder = try EventBatchEncoder(header: header)
        for event in events {
            let size = event.withRawSpan { EventBatchEncoder.encodedSize($0) }
            let before = encoder.eventBytes
            event.withRawSpan { encoder.append($0, encodedSize: size) }
            #expect(encoder.eventBytes == before + size)
        }
        var readHeader: [UInt8] = []
        var read: [[UInt8]] = []
        try EventBatchDecoder.decode(
            encoder.bytes, header: { readHeader = $0 }, event: { read.append($0) })
        #expect(readHeader == header)
        #expect(read == events)
    }

    @Test(arguments: [
        ("", EventBatchFormatError.unterminatedHeader),
        ("H {}", .unterminatedHeader),
        ("\n", .invalidHeader),
        ("H {\n", .invalidHeader),
        ("E 1:x:y\n", .invalidHeader),
        ("H {}\n x\n", .invalidLine),
        ("H {}\nE\n", .invalidLine),
        ("H {}\nEx\n", .invalidLine),
        ("H {}\nE a\n\n", .invalidLine),
        ("H {}\nE a\nH {}\n", .invalidLine),
        ("H {}\nE a", .unterminatedEvent),
    ])
    func refusesWhatBreaksTheFormat(batch: String, error: EventBatchFormatError) {
        #expect(throws: error) { try events(in: batch) }
    }

    @Test func handsOutWhatComesBeforeTheBreak() throws {
        var events: [[UInt8]] = []
        #expect(throws: EventBatchFormatError.invalidLine) {
            try EventBatchDecoder.decode(
                Array("H {}\nE a\n b\nE c\nX\n".utf8), header: { _ in },
                event: { events.append($0) })
        }
        #expect(events == [Array("a\nb".utf8), Array("c".utf8)])
    }
}
