import Foundation
import TestSupport
import Testing

/// The help of one command, as the tool prints it.
struct HelpText: Sendable {
    private struct Tool: Decodable {
        let command: Command
    }

    private struct Command: Decodable {
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

    /// Those of all commands.
    static func all() async throws -> [HelpText] {
        let dump = try await Enginectl.run("--experimental-dump-help")
        let tool = try JSONDecoder().decode(Tool.self, from: Data(dump.output.utf8))
        return try await texts(of: tool.command, at: [])
    }

    private static func texts(of command: Command, at path: [String]) async throws -> [HelpText] {
        let help = try await Enginectl.run(path + ["--help"])
        #expect(help.exit == .status(0))
        var texts = [
            HelpText(path: path, help: help.output, discussion: command.discussion ?? "")
        ]
        for subcommand in command.subcommands ?? []
        where subcommand.shouldDisplay && subcommand.commandName != "help" {
            texts += try await self.texts(of: subcommand, at: path + [subcommand.commandName])
        }
        return texts
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
