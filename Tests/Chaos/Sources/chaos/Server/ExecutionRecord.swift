/// What an engine wrote down before it answered.
enum ExecutionRecord: Sendable {
    /// A request that was run.
    struct Request: Sendable {
        let time: Int64
        let number: RequestNumber
        let process: Int32
        /// Whether the body that arrived is not the one that belongs to the number.
        var isBodyDamaged = false
        /// Whether the engine spoils its answer on purpose.
        var isAnswerSpoiled = false
    }

    /// A batch of events that was taken, in the order of the events.
    struct Events: Sendable {
        let time: Int64
        let source: String
        let process: Int32
        let numbers: [Int]
    }

    case request(Request)
    case events(Events)

    /// The record as a line of the log.
    var line: String {
        switch self {
        case .request(let request):
            let flags =
                (request.isBodyDamaged ? "d" : "") + (request.isAnswerSpoiled ? "s" : "")
            return "R \(request.time) \(request.number) \(request.process) \(flags)"
        case .events(let events):
            let numbers = NumberRanges.text(of: events.numbers)
            return "E \(events.time) \(events.source) \(events.process) \(numbers)"
        }
    }

    /// Reads a line of the log; nil for what is none.
    init?(_ line: Substring) {
        let fields = line.split(separator: " ", omittingEmptySubsequences: false)
        guard fields.count == 5, let time = Int64(fields[1]), let process = Int32(fields[3])
        else { return nil }
        switch fields[0] {
        case "R":
            guard let number = RequestNumber(fields[2]) else { return nil }
            self = .request(
                Request(
                    time: time, number: number, process: process,
                    isBodyDamaged: fields[4].contains("d"),
                    isAnswerSpoiled: fields[4].contains("s")))
        case "E":
            guard let numbers = NumberRanges.numbers(in: fields[4]) else { return nil }
            self = .events(
                Events(time: time, source: String(fields[2]), process: process, numbers: numbers))
        default: return nil
        }
    }
}

/// Numbers in few words: `0-5,9,7-8`, in their order.
enum NumberRanges {
    static func text(of numbers: [Int]) -> String {
        var ranges: [ClosedRange<Int>] = []
        for number in numbers {
            if let last = ranges.last, last.upperBound + 1 == number {
                ranges[ranges.count - 1] = last.lowerBound...number
            } else {
                ranges.append(number...number)
            }
        }
        return ranges.map {
            $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)"
        }.joined(separator: ",")
    }

    static func numbers(in text: some StringProtocol) -> [Int]? {
        var numbers: [Int] = []
        for range in text.split(separator: ",") {
            let ends = range.split(separator: "-").map { Int($0) }
            guard let first = ends.first.flatMap(\.self), let last = ends.last.flatMap(\.self),
                first <= last
            else { return nil }
            numbers += first...last
        }
        return numbers
    }
}
