internal import ArgumentParser
internal import Foundation

/// Disturbs engines while clients work, and checks that every promise was kept.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Disturb engines while clients work, and check the outcome.",
        discussion: """
            A seed makes the same requests and the same disturbances in the same order; how they \
            meet in time is the machine's, so that a failure is more or less likely to come again. \
            Exits with 1 when a promise was broken, and keeps the logs then.
            """)

    @Argument(help: "How long, in seconds; a little more is needed for counting.")
    var seconds = 60

    @Option(help: "What all is drawn with. (default: a new one)")
    var seed: UInt64?

    @Option(help: "Client processes.")
    var clients = 2

    @Option(help: "Tasks in each that make requests.")
    var workers = 24

    @Option(help: "Where to write the figures as JSON.", completion: .file())
    var output: String?

    @Option(help: "Where to keep the logs. (default: a folder that goes when all is well)")
    var directory: String?

    @Flag(help: "Do not judge memory and latencies, which a sanitizer changes.")
    var sanitized = false

    @Flag(help: "Print what would happen, and end.")
    var plan = false

    func validate() throws {
        guard seconds > 0, clients > 0, workers > 0 else {
            throw ValidationError("seconds, clients and workers are whole numbers from 1 on")
        }
    }

    func run() async throws {
        let seed = seed ?? .random(in: 0 ... .max)
        let schedule = Schedule(seed: seed, seconds: seconds, lanes: Supervisor.lanes)
        Self.say("seed \(seed), \(seconds) seconds")
        if plan { return Self.printPlan(schedule) }
        // One that is killed while it is told something is no reason to end.
        signal(SIGPIPE, SIG_IGN)
        let folder = try makeDirectory()
        let supervisor = Supervisor(
            directory: folder, seed: seed, schedule: schedule, clientCount: clients,
            workers: workers, say: { Self.say($0) })
        let started = monotonicNanoseconds()
        let course = try await supervisor.run()
        let ran = Double(monotonicNanoseconds() - started) / 1e9
        Self.say("checking")
        var report = try Examination(directory: folder, clientCount: clients, course).report()
        report.seed = seed
        report.seconds = ran
        if sanitized { report.leaveOut([.memory, .latency]) }
        print(ReportText(report).text)
        if let output {
            try JSONEncoder.forReports.encode(report).write(to: URL(fileURLWithPath: output))
        }
        guard report.violations.isEmpty else {
            Self.say("the logs are in \(folder)")
            throw ExitCode.failure
        }
        if directory == nil { try FileManager.default.removeItem(atPath: folder) }
    }

    private func makeDirectory() throws -> String {
        if let directory {
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: true)
            guard try FileManager.default.contentsOfDirectory(atPath: directory).isEmpty else {
                throw ValidationError("there is something in \(directory)")
            }
            return URL(fileURLWithPath: directory).path
        }
        let url = FileManager.default.temporaryDirectory
            .appendingPathComponent("chaos-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        return url.path
    }

    private static func printPlan(_ schedule: Schedule) {
        for (number, round) in schedule.rounds.enumerated() {
            print("round \(number + 1)")
            for (lane, disturbances) in round.lanes.sorted(by: { $0.key < $1.key }) {
                for disturbance in disturbances { print("  \(lane): \(disturbance)") }
            }
        }
    }

    private static func say(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data("chaos: \(text)\n".utf8))
    }
}

extension JSONEncoder {
    static var forReports: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        return encoder
    }
}
