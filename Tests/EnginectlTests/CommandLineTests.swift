import EngineTesting
import TestSupport
import Testing

/// What the tool makes of its command line, without an engine.
@Suite(.accountsForResources, .timeLimit(.minutes(20))) struct CommandLineTests {
    @Test(arguments: [
        (["send", "/x", "--timeout=-1"], "'--timeout' takes a number of seconds"),
        (["send", "/x", "--timeout", "-1"], "'--timeout <seconds>'"),
        (["send", "/x", "--timeout", "nan"], "'--timeout' takes a number of seconds"),
        (["send", "/x", "--timeout", "inf"], "'--timeout' takes a number of seconds"),
        (["status", "--timeout", "1e300"], "'--timeout' takes a number of seconds"),
        (["status", "--timeout", "soon"], "The value 'soon' is invalid for '--timeout <seconds>'"),
        (["status", "--retries=-1"], "'--retries' takes a whole number from 0 on."),
        (["status", "--retries", "1.5"], "The value '1.5' is invalid for '--retries <number>'"),
        (["send", "/x", "--data", "@/nonexistent/file"], "'--data' can't be read"),
        (["send", "/x", "--data", "@/"], "'--data' can't be read from /: Is a directory"),
        (["send"], "Missing expected argument '<path>'"),
        (["send", "/x", "/y"], "Unexpected argument '/y'"),
        (["metrics", "get"], "Missing expected argument '<name>'"),
        (["metrics", "dump", "--json=yes"], "--json"),
        (["serve"], "Missing expected argument '--socket <path>'"),
        (["serve", "--socket", "s", "--workers", "0"], "'--workers' takes a whole number"),
        (
            ["serve", "--socket", "s", "--latency=-1"],
            "The value '-1' is invalid for '--latency <duration>'"
        ),
        (["serve", "--socket", "s", "--latency", "inf"], "is invalid for '--latency <duration>'"),
        (["serve", "--socket", "s", "--latency", "2m"], "is invalid for '--latency <duration>'"),
        (["serve", "--socket", "s", "--fault", "reset:2"], "'reset:2' is invalid for '--fault"),
        (["serve", "--socket", "s", "--fault", "delay"], "'delay' is invalid for '--fault"),
        (["serve", "--socket", "s", "--fault", "reset@x"], "'reset@x' is invalid for '--fault"),
        (["serve", "--socket", "s", "--latency-every", "0"], "'--latency-every' takes a whole"),
        (["serve", "--socket", "s", "--log", "/"], "'--log' can't be opened: /: Is a directory"),
        (["bench", "--concurrency", "0"], "'--concurrency' takes a whole number from 1 to 10000."),
        (["bench", "--concurrency", "10001"], "'--concurrency' takes a whole number"),
        (["bench", "--requests", "0"], "'--requests' takes a whole number from 1 on."),
        (["bench", "--requests", "1.5"], "The value '1.5' is invalid for '--requests <number>'"),
        (["bench", "--duration", "0"], "'--duration' takes a number of seconds above 0"),
        (["bench", "--duration=-1"], "'--duration' takes a number of seconds above 0"),
        (["bench", "--duration", "nan"], "'--duration' takes a number of seconds above 0"),
        (["bench", "--duration", "inf"], "'--duration' takes a number of seconds above 0"),
        (["bench", "--connections", "0"], "'--connections' takes a whole number from 1 on."),
        (["bench", "--retries=-1"], "'--retries' takes a whole number from 0 on."),
        (["bench", "--data", "@/nonexistent/file"], "'--data' can't be read"),
        (["bench", "/x"], "Unexpected argument '/x'"),
        (["surprise"], "Unexpected argument 'surprise'"),
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

    @Test(arguments: [
        ["send"], ["status"], ["metrics"], ["metrics", "dump"], ["metrics", "list"],
        ["metrics", "get"], ["bench"], ["serve"], ["router"], ["tester"], ["content"], ["geo"],
        ["ioc"],
        ["content", "namespaces"], ["content", "policies"], ["content", "resources"], ["dumper"],
        ["indexer"], [],
    ])
    func everyCommandExplainsItself(_ command: [String]) async throws {
        let outcome = try await Enginectl.run(command + ["--help"])
        #expect(outcome == .success(outcome.output))
        let name = (["enginectl"] + command).joined(separator: " ")
        #expect(outcome.output.hasPrefix("OVERVIEW: "))
        #expect(outcome.output.contains("\nExample:\n  enginectl "))
        #expect(outcome.output.contains("\nUSAGE: \(name) "))
    }

    @Test func theDefaultsAreShown() async throws {
        let help = try await Enginectl.run("status", "--help").output
        #expect(help.contains("/var/ossec/queue/sockets/engine-api"))
        #expect(help.contains("(default: 5.0)"))
        #expect(help.contains("(default: 5)"))
    }
}
