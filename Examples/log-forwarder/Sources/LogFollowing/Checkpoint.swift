/// A file, whatever its name is now.
public struct FileIdentity: Codable, Hashable, Sendable {
    var device: UInt64
    var inode: UInt64
}

/// How far a file has been read.
public struct Mark: Codable, Equatable, Sendable {
    var file: FileIdentity
    /// Where the next line begins, in bytes.
    var offset: UInt64 = 0
    /// Hash of the first bytes, at most `LogFile.fingerprintSize`.
    var head: UInt64 = 0
    /// Hash of as many bytes before the offset. Both tell a reused inode and a copy of the file.
    var tail: UInt64 = 0
    /// Last write to a rotated file that was read to its end, in seconds since 1970.
    var finished: Int?
}

/// How far each file of a log has been read: the place to continue after a restart.
public struct Checkpoint: Codable, Equatable, Sendable {
    var marks: [Mark] = []
    /// Compressed files that were reported, or hold nothing unread.
    var compressed: Set<FileIdentity> = []
}
