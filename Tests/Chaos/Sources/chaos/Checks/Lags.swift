/// When client processes were not given the processor.
struct Lags: Sendable {
    private struct Lag {
        let start: Int64
        let end: Int64
        let length: Int64
    }

    private var lags: [[Lag]]

    init(clientCount: Int) {
        lags = Array(repeating: [], count: clientCount)
    }

    mutating func add(client: Int, _ line: Substring) {
        let numbers = line.split(separator: " ").compactMap { Int64($0) }
        guard numbers.count == 3 else { return }
        lags[client].append(Lag(start: numbers[0], end: numbers[1], length: numbers[2]))
    }

    /// Nanoseconds that a client lost in a time, at most.
    func sum(of client: Int, from start: Int64, to end: Int64) -> Int64 {
        // Each loop notes what it was kept from: those of one moment count several times.
        lags[client].lazy.filter { $0.end >= start && $0.start <= end }.reduce(0) {
            $0 + $1.length
        }
    }

    /// The longest of all.
    var longest: Int64 { lags.joined().map(\.length).max() ?? 0 }
}
