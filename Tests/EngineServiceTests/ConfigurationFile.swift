import Configuration
import Foundation

/// A configuration file that is written anew, each time with a time of its own: writes within one
/// step of the kernel's clock look like one.
struct ConfigurationFile {
    let path: String
    private var writes = 0.0

    init(in directory: String, _ name: String, _ text: String) throws {
        path = "\(directory)/\(name)"
        try replace(with: text)
    }

    /// Puts another file in its place.
    mutating func replace(with text: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        try touch()
    }

    /// Writes into the same file, part by part.
    mutating func overwrite(with text: String) throws {
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try handle.truncate(atOffset: 0)
        try handle.write(contentsOf: Data(text.utf8))
        try handle.close()
        try touch()
    }

    mutating func append(_ text: String) throws {
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(text.utf8))
        try handle.close()
        try touch()
    }

    func remove() throws {
        try FileManager.default.removeItem(atPath: path)
    }

    private mutating func touch() throws {
        writes += 1
        let time = Date(timeIntervalSince1970: 1_700_000_000 + writes)
        try FileManager.default.setAttributes([.modificationDate: time], ofItemAtPath: path)
    }

    func reader<Snapshot: FileConfigSnapshot>(
        _: Snapshot.Type = JSONSnapshot.self
    ) async throws -> ConfigReader {
        let place = ConfigReader(
            provider: InMemoryProvider(values: ["filePath": .init(stringLiteral: path)]))
        let provider = try await ReloadingFileProvider<Snapshot>(config: place)
        return ConfigReader(provider: provider).scoped(to: "engine")
    }
}
