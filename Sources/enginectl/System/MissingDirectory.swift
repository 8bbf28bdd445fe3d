#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// The reason why nothing can be made at a path.
enum MissingDirectory {
    /// The directory that a path is in, where it does not exist.
    static func of(_ path: String) -> String? {
        let directory = URL(fileURLWithPath: path).deletingLastPathComponent().path
        return FileManager.default.fileExists(atPath: directory) ? nil : directory
    }
}
