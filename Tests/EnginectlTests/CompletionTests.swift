import EngineCore
import EngineModules
import EngineTesting
import Foundation
import TestSupport
import Testing

/// Completion in real shells, with names that a shell could take for something else.
@Suite(.accountsForResources, .timeLimit(.minutes(20))) struct CompletionTests {
    /// A name, and the shells that do not offer it.
    struct Name: Sendable, CustomTestStringConvertible {
        let name: String
        var leftOutBy: Set<Shell> = []

        var testDescription: String { name.debugDescription }
    }

    private static let names: [Name] = [
        Name(name: "plain/0.a_b-c+d%e"),
        Name(name: "r$(touch ran)", leftOutBy: [.bash]),
        Name(name: "r`touch ran`", leftOutBy: [.bash]),
        Name(name: "r;touch ran", leftOutBy: [.bash]),
        Name(name: "r|touch ran&", leftOutBy: [.bash]),
        Name(name: "r>ran", leftOutBy: [.bash]),
        Name(name: "r<(touch ran)", leftOutBy: [.bash]),
        Name(name: "a b  c"),
        Name(name: " a "),
        Name(name: "$HOME", leftOutBy: [.bash]),
        Name(name: "${x:-y}", leftOutBy: [.bash]),
        Name(name: "back\\slash\\", leftOutBy: [.bash]),
        Name(name: "single'quote", leftOutBy: [.bash]),
        Name(name: "double\"quote", leftOutBy: [.bash]),
        Name(name: "'quoted'", leftOutBy: [.bash]),
        Name(name: "star*", leftOutBy: [.bash]),
        Name(name: "{a,b}[c]?", leftOutBy: [.bash]),
        Name(name: "#comment", leftOutBy: [.bash]),
        Name(name: "bang!!", leftOutBy: [.bash]),
        Name(name: "^up", leftOutBy: [.bash]),
        Name(name: "ünïcödé"),
        Name(name: "~root", leftOutBy: [.bash]),
        Name(name: "a:b", leftOutBy: [.bash]),
        Name(name: "a=b", leftOutBy: [.bash]),
        Name(name: "a@b", leftOutBy: [.bash]),
        Name(name: "-option", leftOutBy: Set(Shell.allCases)),
        Name(name: "--socket", leftOutBy: Set(Shell.allCases)),
        Name(name: "new\nline", leftOutBy: Set(Shell.allCases)),
        Name(name: "tab\there", leftOutBy: Set(Shell.allCases)),
        Name(name: "escape\u{1B}[2J", leftOutBy: Set(Shell.allCases)),
        Name(name: "turned\u{202E}round", leftOutBy: Set(Shell.allCases)),
        Name(name: "", leftOutBy: Set(Shell.allCases)),
    ]

    /// Types `enginectl router get`, a tab and a return in a shell, on an engine with these routes.
    ///
    /// - Returns: The names that the engine was asked for, and what else the shell has left.
    private func completing(
        _ names: [String], in shell: Shell, keys: String
    ) async throws -> (asked: [String], files: [String]) {
        var state = EngineState()
        for (position, name) in names.enumerated() {
            state.router.entries[name] = .init(
                Route(name: name, namespaceID: "custom", priority: UInt32(position + 1)))
        }
        let engineState = Locked(state)
        let asked = Locked<[String]>([])
        return try await withTemporaryDirectory { directory in
            try await withEmbeddedEngine { request in
                if request.path.hasSuffix("/route/get"),
                    let body = try? JSONDecoder().decode(JSONValue.self, from: Data(request.body))
                {
                    asked.withLock { $0.append(body["name"]?.stringValue ?? "") }
                }
                return engineState.withLock { $0.answer(request, at: 0) }
            } _: { engine in
                let work = directory + "/work"
                try FileManager.default.createDirectory(
                    atPath: work, withIntermediateDirectories: false)
                let shown = try await shell.typing(keys, in: work, socket: engine.socketPath)
                // The command ran, whatever it was given.
                #expect(shown.contains("ready> "))
                return (
                    asked.withLock { $0 },
                    try FileManager.default.contentsOfDirectory(atPath: work)
                )
            }
        }
    }

    @Test(arguments: Shell.tried, names)
    func aCompletedNameIsThatName(_ shell: Shell, _ name: Name) async throws {
        let (asked, files) = try await completing(
            [name.name], in: shell, keys: "enginectl router get \t; exit\r")
        #expect(asked == (name.leftOutBy.contains(shell) ? [] : [name.name]))
        #expect(files == [])
    }

    /// With all of them at once there is a list to choose from, and the start that they share.
    @Test(arguments: Shell.tried)
    func listingRunsNothing(_ shell: Shell) async throws {
        for start in ["", "r", "a"] {
            let (_, files) = try await completing(
                Self.names.map(\.name), in: shell,
                keys: "enginectl router get \(start)\t\t\u{15}exit\r")
            #expect(files == [])
        }
    }
}
