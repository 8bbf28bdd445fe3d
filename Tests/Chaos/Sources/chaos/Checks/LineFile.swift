internal import Foundation

/// A file that is read line by line, however large it is.
enum LineFile {
    private static let chunkSize = 1 << 20

    /// Calls a closure with each line, without its end; a file that is not there has none.
    static func forEachLine(in path: String, _ body: (Substring) -> Void) throws {
        guard let handle = FileHandle(forReadingAtPath: path) else { return }
        defer { try? handle.close() }
        var pending: [UInt8] = []
        while let chunk = try handle.read(upToCount: chunkSize), !chunk.isEmpty {
            pending += chunk
            guard let end = pending.lastIndex(of: UInt8(ascii: "\n")) else { continue }
            let text = String(decoding: pending[...end], as: UTF8.self)
            pending.removeSubrange(...end)
            for line in text.split(separator: "\n") { body(line) }
        }
        guard !pending.isEmpty else { return }
        body(Substring(String(decoding: pending, as: UTF8.self)))
    }
}
