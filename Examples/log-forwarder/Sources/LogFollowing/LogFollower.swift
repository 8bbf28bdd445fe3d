import Foundation

/// Reads the lines of a log through its rotations.
///
/// Each file is known by device, inode and a fingerprint, so its name does not matter. A file counts
/// as read up to its mark; the marks together are the checkpoint.
public struct LogFollower {
    static let chunkSize = 128 * 1024

    /// How far all files have been read, the lines returned last included.
    public private(set) var checkpoint: Checkpoint

    private let directory: String
    private let name: String
    private let report: (String) -> Void
    private var isStarting: Bool
    /// Files that have a mark, oldest first; the last one is written to.
    private var files: [LogFile] = []
    private var unreadable: Set<FileIdentity> = []

    /// - Parameters:
    ///   - checkpoint: Where to continue; nil to start at the beginning of the newest file.
    ///   - report: Called with a sentence about lines that can't be read.
    public init(
        _ path: String, from checkpoint: Checkpoint?, report: @escaping (String) -> Void
    ) {
        let url = URL(fileURLWithPath: path)
        directory = url.deletingLastPathComponent().path
        name = url.lastPathComponent
        self.checkpoint = checkpoint ?? Checkpoint()
        self.report = report
        isStarting = checkpoint == nil
    }

    /// Whole lines of one file that have not been returned yet, oldest first; none where nothing
    /// has come. A line longer than 128 KiB comes in pieces.
    public mutating func lines() throws -> [[UInt8]] {
        let lines = try unreadLines()
        guard lines.isEmpty, try look() else { return lines }
        return try unreadLines()
    }

    // MARK: Reading

    private mutating func unreadLines() throws -> [[UInt8]] {
        for (position, file) in files.enumerated() {
            guard let index = checkpoint.marks.firstIndex(where: { $0.file == file.identity })
            else { continue }
            let mark = checkpoint.marks[index]
            // Looked at before the file is read: the writer had left it by then.
            let isEnded = files[(position + 1)...].contains { $0.size > 0 }
            let modified = file.modified
            if mark.finished == modified, mark.offset == file.size { continue }
            let bytes = try file.bytes(at: mark.offset, count: Self.chunkSize)
            // Cut off, before or while it was read: the next look finds where the rest went.
            guard try file.contains(mark) else { return [] }
            if bytes.isEmpty {
                if isEnded { checkpoint.marks[index].finished = modified }
                continue
            }
            var end = bytes.lastIndex(of: 0x0a).map { $0 + 1 }
            if end == nil, isEnded || bytes.count == Self.chunkSize { end = bytes.count }
            guard let end else { continue }
            checkpoint.marks[index] = try file.mark(at: mark.offset + UInt64(end))
            return bytes[..<end].split(separator: 0x0a).map(Array.init)
        }
        return []
    }

    // MARK: Rotation

    /// Finds the log's files.
    ///
    /// - Returns: False where they changed meanwhile: the next look will see.
    private mutating func look() throws -> Bool {
        let listing = try LogListing(directory: directory, name: name)
        var found: [LogFile] = []
        for entry in listing.entries {
            let path = (directory as NSString).appendingPathComponent(entry.name)
            guard let file = files.first(where: { $0.identity == entry.file }) ?? LogFile(path)
            else {
                guard errno == EACCES else { return false }
                if unreadable.insert(entry.file).inserted {
                    report("\(entry.name) is not forwarded: no permission to read it")
                }
                continue
            }
            guard file.identity == entry.file else { return false }
            found.append(file)
        }
        let identities = listing.entries.map(\.file)
        let again = try LogListing(directory: directory, name: name)
        guard again.entries.map(\.file) == identities else { return false }
        // Deleted, but open here.
        let deleted = try files.filter { file in
            guard !identities.contains(file.identity) else { return false }
            return try checkpoint.marks.contains { mark in
                try mark.file == file.identity && file.contains(mark) && mark.offset < file.size
            }
        }
        let newest = listing.entries.last { !$0.isRotated }?.file
        let live = found.last { $0.identity == newest }
        guard let marks = try resolve(deleted + found, live: live) else { return false }
        reportCompressed(listing)
        checkpoint.marks = marks
        files = (deleted + found).filter { file in marks.contains { $0.file == file.identity } }
        isStarting = false
        return true
    }

    /// The marks of the files that are there.
    private func resolve(_ found: [LogFile], live: LogFile?) throws -> [Mark]? {
        var marks: [Mark] = []
        var homeless: [Mark] = []
        for mark in checkpoint.marks {
            let file = found.first { $0.identity == mark.file }
            if let file, try file.contains(mark) {
                marks.append(mark)
            } else {
                homeless.append(mark)
            }
        }
        var unknown = found.filter { file in !marks.contains { $0.file == file.identity } }
        for mark in homeless {
            let isCut = found.contains { $0.identity == mark.file }
            if mark.offset > 0, let copy = try unknown.firstIndex(where: { try $0.contains(mark) })
            {
                marks.append(try unknown.remove(at: copy).mark(at: mark.offset))
            } else if isCut,
                let copy = try unknown.firstIndex(where: { try $0.isShortCopy(upTo: mark) })
            {
                let file = unknown.remove(at: copy)
                marks.append(try file.mark(at: file.size))
            } else if isCut {
                report("\(place(mark)) was cut off or replaced: its later lines, if any, are lost")
            } else if mark.finished == nil, !files.contains(where: { $0.identity == mark.file }) {
                report(
                    "\(place(mark)) was deleted or compressed: its later lines, if any, are lost")
            }
        }
        for file in unknown {
            // `copytruncate` has copied the file and not cut it off yet.
            if let live, file !== live, try file.isBeginning(of: live) { continue }
            let isLeftOut = isStarting && file !== live
            marks.append(try file.mark(at: isLeftOut ? file.size : 0))
        }
        // Truncated by `copytruncate`: the file that looked new can be the copy.
        guard let live, let mark = marks.first(where: { $0.file == live.identity }) else {
            return marks
        }
        return try live.contains(mark) ? marks : nil
    }

    private func place(_ mark: Mark) -> String {
        "a file of \(name) (inode \(mark.file.inode), \(mark.offset) bytes read)"
    }

    private mutating func reportCompressed(_ listing: LogListing) {
        let read = Set(checkpoint.marks.compactMap(\.finished) + files.map(\.modified))
        for entry in listing.compressed where !checkpoint.compressed.contains(entry.file) {
            // Still being written while the file that it is made of is there.
            let source = (entry.name as NSString).deletingPathExtension
            guard !listing.entries.contains(where: { $0.name == source }) else { continue }
            checkpoint.compressed.insert(entry.file)
            // Compressors keep the time of the last write.
            guard !isStarting, !read.contains(entry.seconds) else { continue }
            report(
                "\(entry.name) was compressed before it was read: its unread lines are not forwarded"
            )
        }
        checkpoint.compressed.formIntersection(listing.compressed.map(\.file))
    }
}
