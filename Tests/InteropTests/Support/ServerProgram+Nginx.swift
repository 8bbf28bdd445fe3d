import Foundation

extension ServerProgram {
    /// What `/file` holds.
    static let nginxFile = String(repeating: "0123456789", count: 5_000) + "<end>"

    static let nginx: ServerProgram = {
        // Root's files are there for root alone.
        let user = getuid() == 0 ? ["-g", "user root;"] : []
        var program = ServerProgram(
            "nginx", at: Installation.program("nginx"),
            user + ["-p", ".", "-e", "stderr", "-c", Installation.sources + "/nginx.conf"])
        program.files = [
            "www/file": nginxFile, "www/empty": "", "www/missing.html": "no such page",
            "www/list/first": "1", "www/list/second": "2", "temporary/file": "", "stored/file": "",
        ]
        return program
    }()
}
