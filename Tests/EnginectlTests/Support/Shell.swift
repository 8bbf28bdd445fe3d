import Foundation
import TestSupport

/// A shell at a terminal, with the tool's completion loaded.
enum Shell: String, CaseIterable, Sendable {
    case bash
    case zsh
    case fish

    private static let prompt = "ready> "

    var path: String { "/usr/bin/" + rawValue }

    /// Those that are installed, or all where a missing one is a failure.
    static let tried = allCases.filter {
        FileManager.default.isExecutableFile(atPath: $0.path)
            || ProcessInfo.processInfo.environment["INTEROP_REQUIRED"] == "1"
    }

    /// The completion scripts as the tool prints them, once for all sessions.
    private static let scripts = Dictionary(
        uniqueKeysWithValues: tried.map { shell in
            (
                shell,
                Task {
                    try await Enginectl.run("--generate-completion-script", shell.rawValue).output
                }
            )
        })

    /// Types keys after the first prompt, and waits for the shell's end.
    ///
    /// - Parameters:
    ///   - keys: Must end the shell.
    ///   - directory: Where the shell starts; its home lies beside it.
    ///   - socket: For `ENGINE_SOCKET`.
    /// - Returns: What the terminal showed.
    func typing(_ keys: String, in directory: String, socket: String) async throws -> String {
        let home = directory + ".home"
        try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
        let scriptFile = home + "/completion"
        let script = try await Self.scripts[self]?.value ?? ""
        try Data(script.utf8).write(to: URL(fileURLWithPath: scriptFile))
        let terminal = try Terminal()
        let bin = URL(fileURLWithPath: Enginectl.path).deletingLastPathComponent().path
        let child: ChildProcess
        do {
            defer { close(terminal.stream) }
            child = try ChildProcess(
                "/usr/bin/env",
                [
                    "--chdir", directory, "-i", "PATH=\(bin):/usr/bin:/bin", "HOME=\(home)",
                    "ZDOTDIR=\(home)", "XDG_CONFIG_HOME=\(home)", "XDG_DATA_HOME=\(home)",
                    "TERM=xterm", "LANG=C.UTF-8", "ENGINE_SOCKET=\(socket)",
                    // A word that was quoted badly leaves a shell that waits for more.
                    "/usr/bin/timeout", "--foreground", "--signal", "KILL", "60",
                    // The terminal must be the shell's own for line editing and job control.
                    "/usr/bin/setsid", "--ctty", path,
                ] + (try start(scriptFile, home)),
                input: terminal.stream, output: terminal.stream, error: terminal.stream)
        }
        let shown = await terminal.contents(typing: keys, after: Self.prompt)
        _ = await child.exit()
        return shown
    }

    private func start(_ script: String, _ home: String) throws -> [String] {
        switch self {
        case .bash:
            let text = "source '\(script)'; PS1='\(Self.prompt)'; set +o history\n"
            try Data(text.utf8).write(to: URL(fileURLWithPath: home + "/bashrc"))
            return ["--rcfile", home + "/bashrc", "-i"]
        case .zsh:
            let text = """
                autoload -Uz compinit; compinit -u -D; source '\(script)'; PS1='\(Self.prompt)'

                """
            try Data(text.utf8).write(to: URL(fileURLWithPath: home + "/.zshrc"))
            return ["-i", "-o", "no_global_rcs"]
        case .fish:
            let text = """
                source '\(script)'; function fish_prompt; echo -n '\(Self.prompt)'; end; \
                function fish_greeting; end
                """
            return ["--no-config", "-i", "-C", text]
        }
    }
}
