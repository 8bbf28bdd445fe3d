import Dispatch
import EngineCore
import Foundation

/// A daemon whose main thread is the loop: it asks the engine for its status each 100 ms.
///
/// Usage: `main-loop ENGINE_SOCKET`
@main
enum MainLoop {
    static func main() throws {
        guard CommandLine.arguments.count == 2 else {
            print("usage: main-loop ENGINE_SOCKET")
            exit(64)
        }
        var configuration = EngineLoop.Configuration()
        // The main thread it shall be, although the task below is there first.
        configuration.startsThread = false
        let loop = EngineLoop(configuration: configuration)
        let engine = Engine(
            configuration: .init(socketPath: CommandLine.arguments[1]), loop: loop)

        let watching = Task(executorPreference: loop.taskExecutor) {
            while !Task.isCancelled {
                do throws(EngineError) {
                    printLine(try await engine.execute(EngineRequest(.get, "/status")).text)
                } catch {
                    printLine("error: \(error.message)")
                }
                try? await Task.sleep(for: .milliseconds(100))
            }
        }
        signal(SIGTERM, SIG_IGN)
        let termination = DispatchSource.makeSignalSource(signal: SIGTERM, queue: .global())
        termination.setEventHandler { @Sendable in
            Task {
                watching.cancel()
                await watching.value
                await engine.close()
                await loop.shutdown()
            }
        }
        termination.activate()

        try loop.run()

        let statistics = loop.statistics
        printLine("\(statistics.turns) turns, \(statistics.lateTurns) late")
        termination.cancel()
    }

    private static func printLine(_ line: String) {
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }
}
