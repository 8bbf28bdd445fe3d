import Foundation

/// Feeds the same responses to each parser in turn, and prints medians.
@main
struct ParserThroughput {
    static func main() throws {
        let arguments = CommandLine.arguments
        if arguments.count == 3, arguments[1] == "small", let count = Int(arguments[2]) {
            return try ThisParser.parse(.smallResponse, times: count)
        }
        guard arguments.count == 4, let rounds = Int(arguments[3]), rounds > 0 else {
            fatalError("usage: parser-throughput TRANSCRIPTS LLHTTP-LIBRARY ROUNDS | small COUNT")
        }
        let loads = try Load.all(transcripts: arguments[1])
        var contestants: [any Contestant] = [
            ThisParser(), try LLHTTP(library: arguments[2]), NIODecoder(),
        ]
        print("Median of \(rounds) interleaved rounds, MB a second:\n")
        let names = contestants.map(\.name).joined(separator: " | ")
        print("| load | \(names) | this / llhttp | this / SwiftNIO |")
        print("|---|" + String(repeating: "---|", count: contestants.count + 2))
        for load in loads {
            let speeds = try measure(load, &contestants, rounds: rounds)
            let ratios = speeds.dropFirst().map { speeds[0] / $0 }
            let cells = speeds.map { String(format: "%.0f", $0) }
            let quotients = ratios.map { String(format: "%.2f", $0) }
            print("| \(load.name) | " + (cells + quotients).joined(separator: " | ") + " |")
        }
        print("\nllhttp stores no fields; the others keep them.")
        print(
            "A body with a length is handed on unread: its row is the cost of a piece, not of a byte."
        )
    }

    private static func measure(
        _ load: Load, _ contestants: inout [any Contestant], rounds: Int
    ) throws -> [Double] {
        let expected = try contestants[0].parse(load)
        var times = [[Duration]](repeating: [], count: contestants.count)
        let clock = ContinuousClock()
        for round in 0..<rounds {
            for turn in contestants.indices {
                // Each goes first as often as the others.
                let index = (turn + round) % contestants.count
                try contestants[index].prepare(messages: expected.messages)
                var tally = Tally()
                let time = try clock.measure { tally = try contestants[index].parse(load) }
                guard tally == expected else {
                    fatalError("\(contestants[index].name): \(tally) for \(expected)")
                }
                times[index].append(time)
            }
        }
        return times.map {
            Double(load.bytes.count) / 1_000_000 / ($0.sorted()[rounds / 2] / .seconds(1))
        }
    }
}
