import Foundation

/// An open regular file. It stays readable when it is renamed or deleted.
final class LogFile {
    static let fingerprintSize: UInt64 = 512

    let identity: FileIdentity
    private let handle: FileHandle

    /// Nil where there is no such file now, or no permission to read it.
    init?(_ path: String) {
        // Opening a FIFO must not wait for a writer.
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var information = stat()
        guard fstat(descriptor, &information) == 0, information.isRegular else { return nil }
        identity = information.identity
    }

    var size: UInt64 { information.map { UInt64($0.st_size) } ?? 0 }
    /// In seconds since 1970.
    var modified: Int { information.map { $0.st_mtim.tv_sec } ?? 0 }

    private var information: stat? {
        var information = stat()
        return fstat(handle.fileDescriptor, &information) == 0 ? information : nil
    }

    func bytes(at offset: UInt64, count: Int) throws -> [UInt8] {
        try handle.seek(toOffset: offset)
        return Array(try handle.read(upToCount: count) ?? Data())
    }

    /// A mark at an offset that the file has.
    func mark(at offset: UInt64) throws -> Mark {
        let size = min(offset, Self.fingerprintSize)
        return Mark(
            file: identity, offset: offset,
            head: hash(try bytes(at: 0, count: Int(size))),
            tail: hash(try bytes(at: offset - size, count: Int(size))))
    }

    /// Whether the file begins with the bytes that a mark stands behind.
    func contains(_ mark: Mark) throws -> Bool {
        guard size >= mark.offset else { return false }
        let own = try self.mark(at: mark.offset)
        return own.head == mark.head && own.tail == mark.tail
    }

    /// Whether all of this file is the beginning of another one.
    func isBeginning(of other: LogFile) throws -> Bool {
        try other.contains(try mark(at: size))
    }

    /// Whether the file ends before a mark but has the same beginning: a copy that was made before
    /// the last lines came.
    func isShortCopy(upTo mark: Mark) throws -> Bool {
        let size = min(mark.offset, Self.fingerprintSize)
        guard size > 0, (size..<mark.offset).contains(self.size) else { return false }
        return hash(try bytes(at: 0, count: Int(size))) == mark.head
    }

    // FNV-1a.
    private func hash(_ bytes: [UInt8]) -> UInt64 {
        bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}

extension stat {
    var isRegular: Bool { st_mode & S_IFMT == S_IFREG }
    var identity: FileIdentity {
        FileIdentity(device: UInt64(st_dev), inode: UInt64(st_ino))
    }
}
