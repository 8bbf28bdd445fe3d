internal import ArgumentParser
internal import EngineCore
internal import EngineModules

/// Names for the shell to complete with, asked from the engine that the command line is about.
enum EngineCompletion {
    static let metrics = names { engine throws(EngineError) in try await engine.metrics.list() }
    static let routes = names { engine throws(EngineError) in
        try await engine.router.table().map(\.route.name)
    }
    static let sessions = names { engine throws(EngineError) in
        try await engine.tester.table().map(\.session.name)
    }
    static let spaces = names { engine throws(EngineError) in
        try await engine.content.namespaces.list()
    }

    // Somebody waits at a prompt.
    private static let timeout = Duration.milliseconds(500)

    private static func names(
        _ list: @escaping @Sendable (Engine) async throws(EngineError) -> [String]
    ) -> CompletionKind {
        .custom { words, _, _ in
            let configuration = EngineConfiguration(
                socketPath: socketPath(in: words), retries: 0, timeout: timeout)
            // Without an engine there is nothing to complete with, and no place for an error.
            let names =
                (try? await withEngine(configuration: configuration) {
                    engine throws(EngineError) in try await list(engine)
                }) ?? []
            let shell = CompletionShell.requesting
            return names.compactMap { ShellWord.completion($0, for: shell) }
        }
    }

    private static func socketPath(in words: [String]) -> String {
        let option = "--socket"
        for (position, word) in words.enumerated() {
            if word.hasPrefix(option + "=") { return String(word.dropFirst(option.count + 1)) }
            if word == option, words.indices.contains(position + 1) { return words[position + 1] }
        }
        return EnvironmentSocket.api.path ?? EngineConfiguration.defaultSocketPath
    }
}
