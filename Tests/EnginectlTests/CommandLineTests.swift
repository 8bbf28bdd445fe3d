import EngineTesting
import Foundation
import TestSupport
import Testing

/// What the tool makes of its command line, without an engine.
@Suite(.accountsForAllCases, .timeLimit(.minutes(20))) struct CommandLineTests {
    @Test(arguments: [
        (["send", "/x", "--timeout=-1"], "'-1' is invalid for '--timeout <duration|none>'"),
        (["send", "/x", "--timeout", "-1"], "'-1' is invalid for '--timeout <duration|none>'"),
        (["send", "/x", "--timeout", "0"], "a limit is none, or a duration above 0"),
        (["send", "/x", "--timeout", "nan"], "a limit is none, or a duration above 0"),
        (["send", "/x", "--timeout", "inf"], "a limit is none, or a duration above 0"),
        (["status", "--timeout", "1e300"], "a limit is none, or a duration above 0"),
        (["status", "--timeout", "soon"], "a number with a unit (ns, us, ms, s, min, h)"),
        (["status", "--retries=-1"], "a whole number from 0 on is needed."),
        (["status", "--retries", "-1"], "'-1' is invalid for '--retries <number>'"),
        (["status", "--retries", "1.5"], "'1.5' is invalid for '--retries <number>'"),
        (["status", "--socket", ""], "'--socket' takes a path, and is empty."),
        (["send", "/x", "--data", "@/nonexistent/file"], "'--data' can't be read"),
        (["send", "/x", "--data", "@/"], "'--data' can't be read from /: Is a directory"),
        (["send", "https://localhost/x"], "a Unix socket takes http URLs, or paths"),
        (["send", "/x", "--header", "X"], "a field has the form 'NAME: VALUE'"),
        (["send"], "Missing expected argument '<path>'"),
        (["send", "/x", "/y"], "Unexpected argument '/y'"),
        (["metrics", "get"], "Missing expected argument '<name>'"),
        (["metrics", "dump", "--json=yes"], "--json"),
        (["serve"], "Missing expected argument '--socket <path>'"),
        (["serve", "--socket", "s", "--workers", "0"], "a whole number from 1 on is needed."),
        (["serve", "--socket", "s", "--latency=-1"], "'-1' is invalid for '--latency <duration>'"),
        (
            ["serve", "--socket", "s", "--latency", "-1"],
            "'-1' is invalid for '--latency <duration>'"
        ),
        (["serve", "--socket", "s", "--latency", "inf"], "is invalid for '--latency <duration>'"),
        (["serve", "--socket", "s", "--latency", "2d"], "is invalid for '--latency <duration>'"),
        (["serve", "--socket", "s", "--seed", "-1"], "'-1' is invalid for '--seed <number>'"),
        (["serve", "--socket", "s", "--fault", "reset:2"], "'reset:2' is invalid for '--fault"),
        (["serve", "--socket", "s", "--fault", "delay"], "delay=DURATION, truncate=BYTES"),
        (
            ["serve", "--socket", "s", "--fault", "rest"],
            "where KIND is reset, garbage, never-answer"
        ),
        (["serve", "--socket", "s", "--fault", "reset@x"], "PATH starts with /"),
        (
            ["serve", "--socket", "s", "--latency-every", "0"],
            "a whole number from 1 on is needed."
        ),
        (["serve", "--socket", "s", "--log", "/"], "'--log' can't be opened: /: Is a directory"),
        (["serve", "--socket", "s", "--fixed", "--sample"], "exclude each other"),
        (
            ["serve", "--socket", "s", "--sample-files", "/nonexistent"],
            "'--sample-files' can't be written to /nonexistent/"
        ),
        (["bench", "--concurrency", "0"], "a whole number from 1 to 10000 is needed."),
        (["bench", "--concurrency", "10001"], "a whole number from 1 to 10000 is needed."),
        (["bench", "--requests", "0"], "a whole number from 1 on is needed."),
        (["bench", "--requests", "1.5"], "'1.5' is invalid for '--requests <number>'"),
        (["bench", "--duration", "0"], "a duration above 0 is needed"),
        (["bench", "--duration=-1"], "'-1' is invalid for '--duration <duration>'"),
        (["bench", "--duration", "nan"], "'nan' is invalid for '--duration <duration>'"),
        (["bench", "--connections", "0"], "a whole number from 1 on is needed."),
        (["bench", "--retries=-1"], "a whole number from 0 on is needed."),
        (["bench", "--data", "@/nonexistent/file"], "'--data' can't be read"),
        (["bench", "/x"], "Unexpected argument '/x'"),
        (
            ["router", "post", "r", "--space", "s", "--priority", "-1"],
            "'-1' is invalid for '--priority <number>': a whole number from 0 on is needed"
        ),
        (["tester", "logtest", "s", "e", "--queue", "0"], "a whole number from 1 to 255"),
        (["geo", "get", "here"], "'here' is no IPv4 or IPv6 address."),
        (["geo", "get", "1.2.3"], "'1.2.3' is no IPv4 or IPv6 address."),
        (["surprise"], "'surprise' is no command of enginectl.\n"),
        (["statu"], "'statu' is no command of enginectl. Did you mean 'status'?"),
        (["stauts"], "Did you mean 'status'?"),
        (["rout"], "Did you mean 'router'?"),
        (["router", "tabel"], "'tabel' is no command of enginectl router. Did you mean 'table'?"),
        (
            ["content", "policies", "updert", "x"],
            "'updert' is no command of enginectl content policies. Did you mean 'upsert'?"
        ),
        (["help", "statu"], "Did you mean 'status'?"),
        (["--surprise"], "Unknown option '--surprise'"),
    ])
    func badOnesAreTold(_ arguments: [String], _ complaint: String) async throws {
        let outcome = try await Enginectl.run(arguments)
        #expect(outcome.exit == .status(64))
        #expect(outcome.output.isEmpty)
        #expect(outcome.error.hasPrefix("Error: "))
        #expect(outcome.error.contains(complaint))
        #expect(outcome.error.contains("Usage: enginectl"))
    }

    @Test func whatCanNotBeReadIsToldWithTheUsage() async throws {
        let arguments = ["content", "policies", "upsert", "custom", "@/nonexistent"]
        let outcome = try await Enginectl.run(arguments)
        #expect(outcome.exit == .status(64))
        let lines = outcome.error.split(separator: "\n")
        #expect(
            lines.first
                == "Error: 'content' can't be read from /nonexistent: No such file or directory")
        #expect(lines.last?.hasPrefix("Usage: enginectl content policies upsert [--") == true)
    }

    @Test func everyCommandExplainsItself() async throws {
        for command in try await HelpText.all.value {
            #expect(command.help.hasPrefix("OVERVIEW: "))
            #expect(command.help.contains("\nExample:\n  enginectl "))
            #expect(command.help.contains("\nUSAGE: \(command.name) "))
        }
    }

    @Test func theDefaultsAreShown() async throws {
        let help = try await Enginectl.run("status", "--help").output
        #expect(help.contains("ENGINE_SOCKET"))
        #expect(help.contains("/var/ossec/queue/sockets/engine-api"))
        #expect(help.contains("(default: 5s)"))
        #expect(help.contains("(default: 5)"))
    }

    @Test func theVersionIsTheChangelogs() async throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../.github/CHANGELOG.md")
        let changelog = try String(contentsOf: file, encoding: .utf8)
        let heading = try #require(changelog.firstMatch(of: /\n## (?<version>[0-9.]+)/))
        let outcome = try await Enginectl.run("--version")
        #expect(outcome == .success("enginectl \(heading.version)\n"))
    }

    /// The grammar of durations is one, and each option that takes one says so.
    @Test func everyHelpTellsTheGrammarOfDurations() async throws {
        for command in try await HelpText.all.value {
            // Before it the usage names them too.
            let options = command.help.firstRange(of: "\nOPTIONS:").map {
                command.help[$0.upperBound...]
            }
            for option in try #require(options).matches(
                of: /--[a-z-]+ <duration[^>]*>(?<text>[^<]*)/)
            {
                let text = option.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
                #expect(text.contains("a number alone counts seconds"), "\(command.name): \(text)")
            }
            #expect(!command.help.contains("<seconds>"))
            #expect(!command.help.contains("<milliseconds>"))
        }
    }
}
