import Foundation
import Testing

extension ServerProgram {
    /// podman's service, with storage, state and settings that are nobody else's.
    static let podman: ServerProgram = {
        var program = ServerProgram(
            "podman", at: Installation.program("podman"),
            [
                "--root", "storage", "--runroot", "run", "--tmpdir", "state",
                "--storage-driver", "vfs", "system", "service", "--time=0",
                "unix://" + directoryPlaceholder + "/" + socketName,
            ])
        program.files = [
            "containers.conf": """
            [engine]
            cgroup_manager = "cgroupfs"
            events_logger = "file"
            lock_type = "file"
            """
        ]
        program.environment = [
            "CONTAINERS_CONF": directoryPlaceholder + "/containers.conf",
            "TMPDIR": directoryPlaceholder,
        ]
        return program
    }()
}

extension Trait where Self == ConditionTrait {
    /// Skips where the server does not start, which an installed one need not be able to.
    static func starts(_ program: ServerProgram) -> Self {
        .enabled("\(program.name) is not installed, or does not start here: see standard error") {
            do {
                try await withServer(program) { _ in }
                return true
            } catch {
                FileHandle.standardError.write(Data("\(error)\n".utf8))
                return false
            }
        }
    }
}
