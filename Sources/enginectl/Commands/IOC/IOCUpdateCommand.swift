internal import ArgumentParser
internal import EngineCore
internal import EngineModules

/// New indicators.
struct IOCUpdateCommand: ModuleAction {
    static let configuration = CommandConfiguration(
        commandName: "update",
        abstract: "Let the engine take its indicators from a file.",
        discussion: """
            The engine reads the file itself, and goes on after it has answered: ioc state tells how it ended.

            Example:
              enginectl ioc update "$PWD/ioc.json" "$(md5sum < ioc.json | cut -c 1-32)"
            """)

    @Argument(help: "The file's path on the engine's machine.", completion: .file())
    var path: String

    @Argument(help: "The file's MD5 hash, in hexadecimal digits.")
    var hash: String

    @OptionGroup var connection: ConnectionOptions

    func call(_ engine: Engine) async throws(EngineError) {
        try await engine.ioc.update(path: path, hash: hash)
    }
}
