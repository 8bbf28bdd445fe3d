import Foundation

/// Reads the lines of a file that grows, is rotated, or is cut off.
///
/// What a file got after it was last read and before it was rotated away while nothing followed it is
/// missed, as is a cut that the file has outgrown by the time of the next look.
///
/// A line counts once its end is there. `position` is where the next line begins, so that a process
/// that starts again there neither loses a line nor reads one twice.
struct LogFollower {
    /// Where in which file the next line begins.
    struct Position: Codable, Equatable {
        var inode: UInt64 = 0
        var offset: UInt64 = 0
    }

    private static let chunkSize = 64 * 1024

    private(set) var position: Position
    private let path: String
    private var file: FileHandle?

    init(_ path: String, from position: Position) {
        self.path = path
        self.position = position
    }

    /// Whole lines that have not been read yet; none where nothing has come.
    mutating func lines() throws -> [[UInt8]] {
        let lines = try linesOfOpenFile()
        guard lines.isEmpty, try reopenIfReplaced() else { return lines }
        return try linesOfOpenFile()
    }

    // What a rotated file still holds is read before the new one is opened.
    private mutating func reopenIfReplaced() throws -> Bool {
        guard let inode = Self.inode(of: path) else { return false }
        guard file == nil || inode != position.inode else { return false }
        try file?.close()
        guard let opened = FileHandle(forReadingAtPath: path) else { return false }
        file = opened
        // Between the look and the opening it may have been replaced once more: the number is that
        // of the file that is open.
        var information = stat()
        guard fstat(opened.fileDescriptor, &information) == 0 else { return false }
        let openedInode = UInt64(information.st_ino)
        if openedInode != position.inode { position = Position(inode: openedInode, offset: 0) }
        return true
    }

    private mutating func linesOfOpenFile() throws -> [[UInt8]] {
        guard let file else { return [] }
        // Cut off: what it holds now is new.
        if try file.seekToEnd() < position.offset { position.offset = 0 }
        try file.seek(toOffset: position.offset)
        var bytes: [UInt8] = []
        while let chunk = try file.read(upToCount: Self.chunkSize), !chunk.isEmpty {
            bytes += chunk
            if bytes.count >= Self.chunkSize, chunk.contains(0x0a) { break }
        }
        guard let end = bytes.lastIndex(of: 0x0a) else { return [] }
        position.offset += UInt64(end + 1)
        return bytes[..<end].split(separator: 0x0a).map(Array.init)
    }

    private static func inode(of path: String) -> UInt64? {
        var information = stat()
        return stat(path, &information) == 0 ? UInt64(information.st_ino) : nil
    }
}
