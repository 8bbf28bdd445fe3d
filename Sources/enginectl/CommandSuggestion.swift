internal import ArgumentParser

/// A subcommand for a word that is none.
struct CommandSuggestion {
    /// The word.
    let word: String
    /// The command whose subcommand it was meant to be.
    let parents: [any ParsableCommand.Type]
    /// The subcommands that are spelt alike, the nearest first.
    let names: [String]

    /// - Returns: Nil when a command line names only subcommands that there are.
    init?(_ arguments: [String], of root: any ParsableCommand.Type) {
        var parents = [root]
        for word in arguments {
            let subcommands = (parents.last ?? root).configuration.subcommands
            if subcommands.isEmpty || word.hasPrefix("-") { return nil }
            // What the library adds: the help of the command that follows.
            if parents.count == 1, word == "help" { continue }
            if let next = subcommands.first(where: { Self.name(of: $0) == word }) {
                parents.append(next)
                continue
            }
            self.word = word
            self.parents = parents
            names = Self.near(word, among: subcommands.map(Self.name))
            return
        }
        return nil
    }

    /// What to say to it.
    var message: String {
        let command = parents.map(Self.name).joined(separator: " ")
        let hint =
            names.isEmpty
            ? "" : " Did you mean \(names.map { "'\($0)'" }.joined(separator: " or "))?"
        return "'\(word)' is no command of \(command).\(hint)"
    }

    private static func name(of command: any ParsableCommand.Type) -> String {
        command.configuration.commandName ?? "\(command)"
    }

    private static func near(_ word: String, among names: [String]) -> [String] {
        // A third of the letters may be wrong, and at least one.
        let bound = max(1, word.count / 3)
        return names.map { (name: $0, distance: distance(word, $0)) }
            .filter { $0.distance <= bound || (word.count > 1 && $0.name.hasPrefix(word)) }
            .sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }
            .map(\.name)
    }

    /// Letters to add, remove, change, or swap with their neighbour.
    private static func distance(_ first: String, _ second: String) -> Int {
        let (first, second) = (Array(first), Array(second))
        var rows = [Array(0...second.count)]
        for (i, letter) in first.enumerated() {
            var row = [i + 1]
            for (j, other) in second.enumerated() {
                var best = min(
                    row[j] + 1, rows[i][j + 1] + 1, rows[i][j] + (letter == other ? 0 : 1))
                if i > 0, j > 0, letter == second[j - 1], first[i - 1] == other {
                    best = min(best, rows[i - 1][j - 1] + 1)
                }
                row.append(best)
            }
            rows.append(row)
        }
        return rows.last?.last ?? 0
    }
}
