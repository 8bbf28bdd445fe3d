import Foundation

/// The files of a log that are on disk: the one that is written to, and those that `logrotate` and
/// others made of it by renaming (`app.log.1`, `app.log-20261130`, `app-20261130.log`) or copying.
struct LogListing: Equatable {
    struct Entry: Equatable {
        let name: String
        let file: FileIdentity
        let seconds: Int
        let nanoseconds: Int
        let isRotated: Bool
        let suffix: String
    }

    /// Oldest first; the file that is written to is the last one.
    private(set) var entries: [Entry] = []
    private(set) var compressed: [Entry] = []

    init(directory: String, name: String) throws {
        let stem = (name as NSString).deletingPathExtension
        let ending = String(name.dropFirst(stem.count))
        for file in try FileManager.default.contentsOfDirectory(atPath: directory) {
            let isCompressed = [".gz", ".bz2", ".xz", ".zst", ".lz4", ".Z"].contains {
                file.hasSuffix($0)
            }
            let plain = isCompressed ? (file as NSString).deletingPathExtension : file
            let suffix =
                Self.suffix(of: plain, after: name, before: "")
                ?? Self.suffix(of: plain, after: stem, before: ending)
            guard plain == name || suffix != nil else { continue }
            var information = stat()
            let path = (directory as NSString).appendingPathComponent(file)
            guard stat(path, &information) == 0, information.isRegular else { continue }
            let entry = Entry(
                name: file, file: information.identity, seconds: information.st_mtim.tv_sec,
                nanoseconds: information.st_mtim.tv_nsec, isRotated: file != name,
                suffix: suffix ?? "")
            if isCompressed { compressed.append(entry) } else { entries.append(entry) }
        }
        entries.sort { $0.isOlder(than: $1) }
    }

    /// Numbers or a date, such as `.1` and `-20261130-1412`.
    private static func suffix(of file: String, after start: String, before end: String) -> String?
    {
        guard file.count > start.count + end.count, file.hasPrefix(start), file.hasSuffix(end)
        else { return nil }
        let suffix = file.dropFirst(start.count).dropLast(end.count)
        guard let first = suffix.first, "-._".contains(first), suffix.contains(where: \.isNumber),
            suffix.allSatisfy({ $0.isNumber || "-._:T".contains($0) })
        else { return nil }
        return String(suffix)
    }
}

extension LogListing.Entry {
    fileprivate func isOlder(than other: Self) -> Bool {
        if isRotated != other.isRotated { return isRotated }
        let times = ((seconds, nanoseconds), (other.seconds, other.nanoseconds))
        if times.0 != times.1 { return times.0 < times.1 }
        // The highest number is the oldest file; the highest date is the newest.
        let numbers = (Int(suffix.dropFirst()), Int(other.suffix.dropFirst()))
        if let own = numbers.0, let others = numbers.1, max(own, others) < 100_000 {
            return own > others
        }
        return suffix < other.suffix
    }
}
