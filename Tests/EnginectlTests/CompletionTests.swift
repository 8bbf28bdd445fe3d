import EngineCore
import EngineModules
import EngineTesting
import Foundation
import TestSupport
import Testing

/// Completion in real shells, with names that a shell could take for something else.
@Suite(.accountsForAllCases, .timeLimit(.minutes(20))) struct CompletionTests {
    /// Names, and the shells that do not offer them.
    private static let names: [(name: String, leftOutBy: Set<Shell>)] = [
        ("plain/0.a_b-c+d%e,\u{FC}", []),
        ("a b  c", []),
        (" a ", []),
        ("r$(touch ran)", [.bash]),
        ("r`touch ran`", [.bash]),
        ("r;touch ran|touch ran&>ran<(touch ran)", [.bash]),
        ("$HOME ${x:-y}", [.bash]),
        ("back\\slash\\", [.bash]),
        ("'single' \"double", [.bash]),
        ("star* {a,b}[c]?", [.bash]),
        ("#comment", [.bash]),
        ("^up", [.bash]),
        ("a:b=c@d", [.bash]),
        ("bang!!", [.bash, .zsh]),
        ("=ls", [.bash, .zsh]),
        ("~root", [.bash, .fish]),
        ("-option", Set(Shell.allCases)),
        ("--socket", Set(Shell.allCases)),
        ("new\nline", Set(Shell.allCases)),
        ("tab\there", Set(Shell.allCases)),
        ("escape\u{1B}[2J", Set(Shell.allCases)),
        ("turned\u{202E}round", Set(Shell.allCases)),
        ("", Set(Shell.allCases)),
    ]

    private static let offered = Shell.tried.flatMap { shell in
        names.filter { !$0.leftOutBy.contains(shell) }.map { (shell, $0.name) }
    }

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

    @Test(arguments: offered)
    func aCompletedNameIsThatName(_ shell: Shell, _ name: String) async throws {
        let (asked, files) = try await completing(
            [name], in: shell, keys: "enginectl router get \t; exit\r")
        #expect(asked == [name])
        #expect(files == [])
    }

    @Test(arguments: Shell.tried)
    func aNameThatAShellWouldChangeIsLeftOut(_ shell: Shell) async throws {
        let (asked, files) = try await completing(
            Self.names.filter { $0.leftOutBy.contains(shell) }.map(\.name), in: shell,
            keys: "enginectl router get \t; exit\r")
        #expect(asked == [])
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
