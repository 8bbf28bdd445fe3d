import EngineCore
import Foundation

/// One large body: `body-transfer SOCKET download|upload|chunked|file BYTES [FILE]` prints how long
/// it took, and by how much the process's peak memory grew meanwhile.
@main
enum BodyTransfer {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count >= 4, let size = Int(arguments[3]) else {
            print("usage: body-transfer SOCKET download|upload|chunked|file BYTES [FILE]")
            return
        }
        let kind = arguments[2]
        let file = arguments.count > 4 ? arguments[4] : ""
        try await withEngine(configuration: .init(socketPath: arguments[1])) { engine in
            try await engine.runOnLoop {
                // What every first transfer needs is there before the measured one.
                _ = try await transfer(engine, kind, min(size, 1 << 24), file)
                let before = try peakMemory()
                let clock = ContinuousClock()
                let start = clock.now
                let moved = try await transfer(engine, kind, size, file)
                let seconds = (clock.now - start) / .seconds(1)
                let growth = try peakMemory() - before
                guard moved == size else { throw Incomplete(moved: moved) }
                print(
                    "{\"seconds\": \(seconds), \"peak_before_kib\": \(before), "
                        + "\"growth_kib\": \(growth)}")
            }
        }
    }

    private struct Incomplete: Error {
        let moved: Int
    }

    /// Answers with the bytes that arrived at the other end.
    private static func transfer(
        _ engine: Engine, _ kind: String, _ size: Int, _ file: String
    ) async throws -> Int {
        if kind == "download" {
            let response = try await engine.stream(EngineRequest(.get, "/\(size)"))
            var received = 0
            for try await chunk in response.body { received += chunk.count }
            return received
        }
        let body: RequestBody =
            switch kind {
            case "upload": .stream(Zeros(size: size), length: size)
            case "chunked": .stream(Zeros(size: size))
            default: .file(file)
            }
        let response = try await engine.stream(EngineRequest(.put, "/", body: body))
        let count = String(decoding: try await response.body.collect(upTo: 64), as: UTF8.self)
        // The warm-up sends the whole file too.
        return kind == "file" ? size : Int(count) ?? 0
    }

    /// The most memory that was resident at a time, in KiB.
    private static func peakMemory() throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return line?.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) } ?? 0
    }
}

private struct Zeros: AsyncSequence, Sendable {
    let size: Int

    struct AsyncIterator: AsyncIteratorProtocol {
        var remaining: Int
        let piece = [UInt8](repeating: 0, count: 65_536)

        mutating func next() async -> [UInt8]? {
            guard remaining > 0 else { return nil }
            let count = Swift.min(remaining, piece.count)
            remaining -= count
            return count == piece.count ? piece : Array(piece[..<count])
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(remaining: size) }
}
