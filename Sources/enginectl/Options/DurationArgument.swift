internal import ArgumentParser

/// A length of time on the command line: a number of milliseconds, or one with its unit.
struct DurationArgument: ExpressibleByArgument, Equatable {
    // A day; far below what a duration holds.
    private static let maximumMilliseconds = 86_400_000.0

    let duration: Duration

    init(milliseconds: Double) {
        duration = .milliseconds(milliseconds)
    }

    init?(argument: String) {
        let form = /(?<number>.+?)(?<unit>us|ms|s)?/
        guard let match = argument.wholeMatch(of: form), let number = Double(match.number) else {
            return nil
        }
        let milliseconds =
            switch match.unit {
            case "us": number / 1_000
            case "s": number * 1_000
            default: number
            }
        guard (0...Self.maximumMilliseconds).contains(milliseconds) else { return nil }
        self.init(milliseconds: milliseconds)
    }

    var defaultValueDescription: String { "0" }
}
