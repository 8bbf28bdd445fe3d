import EngineCore
import Foundation

/// Lists what a daemon has, after it has pulled an image if one is named.
@main
enum ContainersCommand {
    static func main() async {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard let socket = arguments.first, arguments.count <= 2 else {
            print("usage: containers SOCKET [IMAGE TO PULL]")
            exit(64)
        }
        do throws(EngineError) {
            try await list(socket, pulling: arguments.dropFirst().first)
        } catch {
            print("error: \(error)")
            exit(1)
        }
    }

    static func list(_ socket: String, pulling image: String?) async throws(EngineError) {
        try await withEngine(configuration: .init(socketPath: socket)) {
            engine throws(EngineError) in
            let daemon = engine.module(ContainersModule.self)
            let version = try await daemon.version()
            print("daemon      \(version.version), API \(version.apiVersion)")
            if let image {
                try await daemon.pull(image) { progress in
                    print("pull        \(progress.status ?? "") \(progress.id ?? "")")
                }
            }
            for image in try await daemon.images() {
                print("image       \(image.tags?.first ?? image.id), \(image.size) bytes")
            }
            for container in try await daemon.containers(includingStopped: true) {
                print("container   \(container.names.first ?? container.id), \(container.state)")
            }
        }
    }
}
