internal import EngineCore
internal import EngineModules
internal import EngineSansIO

/// What a client wrote down of its events.
enum EventRecord: Sendable {
    case began(source: String, sink: String, EventGuarantee, EventOverflow)
    /// The sink did not take it on.
    case refused(source: String, number: Int)
    /// The sink said that it dropped it.
    case dropped(source: String, number: Int)
    /// A batch that was given up.
    case failed(source: String, delivery: RequestDelivery, code: String, numbers: [Int])
    /// So many events were given to the sink.
    case ended(source: String, count: Int)
    /// The sink's statistics after its end.
    case sinkEnded(sink: String, accepted: Int, delivered: Int, failed: Int, dropped: Int)

    var line: String {
        switch self {
        case .began(let source, let sink, let guarantee, let overflow):
            "B \(source) \(sink) \(guarantee.rawValue) \(overflow.rawValue)"
        case .refused(let source, let number): "R \(source) \(number)"
        case .dropped(let source, let number): "D \(source) \(number)"
        case .failed(let source, let delivery, let code, let numbers):
            "F \(source) \(delivery.rawValue) \(code) \(NumberRanges.text(of: numbers))"
        case .ended(let source, let count): "E \(source) \(count)"
        case .sinkEnded(let sink, let accepted, let delivered, let failed, let dropped):
            "S \(sink) \(accepted) \(delivered) \(failed) \(dropped)"
        }
    }

    init?(_ line: Substring) {
        let fields = line.split(separator: " ").map { String($0) }
        let numbers = fields.dropFirst(2).map { Int($0) }
        switch (fields.first, fields.count) {
        case ("B", 5):
            guard let guarantee = EventGuarantee(rawValue: fields[3]),
                let overflow = EventOverflow(rawValue: fields[4])
            else { return nil }
            self = .began(source: fields[1], sink: fields[2], guarantee, overflow)
        case ("R", 3):
            guard let number = numbers[0] else { return nil }
            self = .refused(source: fields[1], number: number)
        case ("D", 3):
            guard let number = numbers[0] else { return nil }
            self = .dropped(source: fields[1], number: number)
        case ("F", 5):
            guard let delivery = RequestDelivery(rawValue: fields[2]),
                let numbers = NumberRanges.numbers(in: fields[4])
            else { return nil }
            self = .failed(
                source: fields[1], delivery: delivery, code: fields[3], numbers: numbers)
        case ("E", 3):
            guard let count = numbers[0] else { return nil }
            self = .ended(source: fields[1], count: count)
        case ("S", 6):
            let counts = numbers.compactMap(\.self)
            guard counts.count == 4 else { return nil }
            self = .sinkEnded(
                sink: fields[1], accepted: counts[0], delivered: counts[1], failed: counts[2],
                dropped: counts[3])
        default: return nil
        }
    }
}
