import TestSupport

/// A file system of few bytes that one process sees, and that ends with it.
enum SmallDisk {
    private static let script = "mount -t tmpfs -o size=$1k none \"$0\" && shift && exec \"$@\""

    /// The start of a command that goes on with the program.
    static func mounting(on directory: String, kibibytes: Int) -> [String] {
        [
            "/usr/bin/unshare", "--mount", "--map-root-user", "/bin/sh", "-c", script, directory,
            String(kibibytes),
        ]
    }

    /// Whether the kernel lets this user have one.
    static func canBeMade() async throws -> Bool {
        try await withTemporaryDirectory { directory in
            let command = mounting(on: directory, kibibytes: 16) + ["/bin/true"]
            let child = try ChildProcess(
                command[0], Array(command[1...]), input: nil, output: nil, error: nil)
            return await child.exit() == .status(0)
        }
    }
}
