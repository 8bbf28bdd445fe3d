import Foundation
import TestSupport
import Testing

/// The help of one command, as the tool prints it.
struct HelpText: Sendable {
    private struct Tool: Decodable {
        let command: Command
    }

    private struct Command: Decodable, Sendable {
        let commandName: String
        let shouldDisplay: Bool
        let discussion: String?
        let subcommands: [Command]?
    }

    /// The command with its parents, without the tool's name.
    let path: [String]
    let help: String
    /// The text that the manual page is made from.
    let discussion: String

    var name: String { (["enginectl"] + path).joined(separator: " ") }

    /// Those of all commands, printed once for all tests.
    static let all = Task<[HelpText], any Error> {
        let dump = try await Enginectl.run("--experimental-dump-help")
        let tool = try JSONDecoder().decode(Tool.self, from: Data(dump.output.utf8))
        let commands = Self.commands(from: tool.command, at: [])
        return try await withThrowingTaskGroup(of: (Int, HelpText).self) { group in
            for (position, (path, command)) in commands.enumerated() {
                group.addTask { (position, try await text(of: command, at: path)) }
            }
            return try await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }
                .map(\.1)
        }
    }

    private static func commands(
        from command: Command, at path: [String]
    ) -> [(path: [String], command: Command)] {
        let shown = (command.subcommands ?? []).filter {
            $0.shouldDisplay && $0.commandName != "help"
        }
        return [(path, command)]
            + shown.flatMap { commands(from: $0, at: path + [$0.commandName]) }
    }

    private static func text(of command: Command, at path: [String]) async throws -> HelpText {
        let help = try await Enginectl.run(path + ["--help"])
        try #require(help == .success(help.output))
        return HelpText(path: path, help: help.output, discussion: command.discussion ?? "")
    }

    /// The commands below "Example:", each as it is typed; a line that ends with `|` goes on.
    var examples: [String] { Self.examples(in: help) }

    static func examples(in text: String) -> [String] {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard let start = lines.firstIndex(where: { $0.hasSuffix("Example:") }) else { return [] }
        var examples: [String] = []
        for line in lines[(start + 1)...].prefix(while: { $0.hasPrefix("  ") }) {
            let text = line.drop { $0 == " " }
            if let last = examples.last, last.hasSuffix("|") {
                examples[examples.count - 1] = last + " " + text
            } else {
                examples.append(String(text))
            }
        }
        return examples
    }
}
