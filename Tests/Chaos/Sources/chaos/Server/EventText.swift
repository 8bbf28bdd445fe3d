internal import EngineCore
internal import EngineSansIO
internal import Foundation

/// Numbered events, and how they look in a batch.
enum EventText {
    /// An event of a source.
    ///
    /// - Parameter size: Bytes beside its number.
    static func event(_ number: Int, size: Int) -> [UInt8] {
        Array("1:chaos:\(number) ".utf8) + [UInt8](repeating: UInt8(ascii: "."), count: size)
    }

    /// The number of an event; nil for another text.
    static func number(of event: some Collection<UInt8>) -> Int? {
        let text = String(decoding: event.prefix(40), as: UTF8.self)
        return text.wholeMatch(of: /1:chaos:([0-9]+) .*/).flatMap { Int($0.1) }
    }

    /// The source and the numbers of a batch; nil for what is none.
    static func batch(in body: [UInt8]) -> (source: String, numbers: [Int])? {
        let lines = body.split(separator: UInt8(ascii: "\n"))
        guard let header = lines.first?.dropFirst(2),
            let json = try? JSONValue(parsing: Array(header)),
            let source = json["wazuh"]?["agent"]?["id"]?.stringValue
        else { return nil }
        var numbers: [Int] = []
        for line in lines.dropFirst() {
            guard let number = number(of: line.dropFirst(2)) else { return nil }
            numbers.append(number)
        }
        return (source, numbers)
    }
}
