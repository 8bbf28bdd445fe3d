import EngineSansIO

/// Gives the same bytes to both sides, and fails when they disagree in a way that is not listed.
@main
struct Differential {
    static func main() throws {
        var seed: UInt64 = 1
        var count = 200_000
        var arguments = CommandLine.arguments.dropFirst()
        while let option = arguments.popFirst() {
            switch option {
            case "--classes":
                for known in KnownDisagreement.all { print(known.name) }
                return
            case "--seed": seed = arguments.popFirst().flatMap { UInt64($0) } ?? seed
            case "--count": count = arguments.popFirst().flatMap { Int($0) } ?? count
            default: fatalError("usage: differential [--classes] [--seed S] [--count N]")
            }
        }
        var report = Report()
        var generator = Generator(seed: seed)
        for _ in 0..<count { try report.judge(generator.next()) }
        report.finish(seed: seed)
    }
}
