import EngineTesting
import Foundation
import TestSupport
import Testing

/// The tool under limits of its process.
@Suite(.accountsForResources, .timeLimit(.minutes(20))) struct LimitTests {
    private func enginectl(
        limitedBy limit: String, _ arguments: String..., socket: String
    ) async throws -> Enginectl.Outcome {
        // What the tests' own runner left open would count against the limit.
        let closed = "for file in {3..63}; do eval \"exec $file>&-\"; done"
        return try await Enginectl.run(
            executable: "/bin/bash",
            ["-c", "\(closed); \(limit) && exec \"$0\" \"$@\"", Enginectl.path] + arguments
                + ["--socket", socket])
    }

    @Test func fewDescriptorsAreEnough() async throws {
        try await withEmbeddedEngine { _ in
            .json("{}")
        } _: { engine in
            // Standard streams, the loop's own, and two or three connections.
            let outcome = try await enginectl(
                limitedBy: "ulimit -n 18", "bench", "--concurrency", "64", "--requests", "2000",
                "--unsafe", "--json", socket: engine.socketPath)
            let result = try BenchResult(outcome)
            #expect(outcome.exit == .status(0))
            #expect(result.errors == [:])
            #expect(result.requests == 2_000)
            #expect(result.statistics.connectFailures > 0)
        }
    }

    @Test func withoutADescriptorThereIsAnError() async throws {
        try await withEmbeddedEngine { engine in
            // With fewer the C library's own helpers end the process before it has begun.
            for count in 7...15 {
                let outcome = try await enginectl(
                    limitedBy: "ulimit -n \(count)", "status", "--retries", "1", "--timeout", "2",
                    socket: engine.socketPath)
                // What is left may suffice for the loop, and then for a connection.
                if outcome.exit == .status(0) { continue }
                #expect(outcome.exit == .status(1))
                #expect(outcome.error.hasPrefix("error: 280"), "\(count): \(outcome)")
            }
        }
    }

    @Test func aWallClockThatJumpsIsNotNoticed() async throws {
        try await withTemporaryDirectory { directory in
            let clock = directory + "/clock.so"
            let compiler = try ChildProcess(
                "/usr/bin/env", ["clang", "-shared", "-fPIC", "-o", clock, JumpingClock.source],
                input: nil, output: nil, error: nil)
            #expect(await compiler.exit() == .status(0))
            let preload = ["LD_PRELOAD=\(clock)"]
            // It is half a day ahead or behind.
            let date = try await Enginectl.run(
                executable: "/usr/bin/env", preload + ["/bin/date", "+%s"])
            let difference = abs(
                (Double(date.output.dropLast()) ?? 0) - Date.now.timeIntervalSince1970)
            #expect(difference > 40_000)
            try await withEmbeddedEngine { _ in
                .json("{}")
            } _: { engine in
                let outcome = try await Enginectl.run(
                    executable: "/usr/bin/env",
                    preload + [
                        Enginectl.path, "bench", "--requests", "2000", "--timeout", "60", "--json",
                        "--socket", engine.socketPath,
                    ])
                let result = try BenchResult(outcome)
                #expect(result.errors == [:])
                #expect(result.requests == 2_000)
                #expect(result.seconds < 40_000)
                #expect((0..<40_000_000_000).contains(result.latencyMicroseconds?.max ?? -1))
            }
        }
    }

    @Test func aLargeBodyNeedsLittleMemory() async throws {
        // 512 MiB pass through a process that may not have 192 more than it starts with.
        let size = 512 << 20
        let piece = [UInt8](repeating: 0x61, count: 1 << 20)
        let path = EmbeddedEngine.newSocketPath()
        try await withRawListener(on: path) { listener in
            async let outcome = enginectl(
                limitedBy: "ulimit -d 196608", "send", "/x", "--timeout", "60", socket: path)
            let peer = try await listener.accept()
            _ = try await peer.read(until: "\r\n\r\n")
            try await peer.write(Array("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n".utf8))
            for _ in 0..<size / piece.count { try await peer.write(piece) }
            await peer.close()
            let result = try await outcome
            #expect(result.exit == .status(0))
            #expect(result.output.utf8.count == size)
        }
    }
}
