import Foundation
import Testing

@testable import LogFollowing

/// A log in a directory of its own, and those who write, rotate and follow it.
final class LogDirectory {
    let path: String
    private(set) var reports: [String] = []
    private var follower: LogFollower?
    private var checkpoint: Checkpoint?

    init() throws {
        let url = FileManager.default.temporaryDirectory
            .appendingPathComponent("log-following-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ text: String, to name: String = "app.log") throws {
        let file = try #require(fopen(path(name), "a"))
        defer { fclose(file) }
        fputs(text, file)
    }

    func rename(_ old: String, _ new: String) throws {
        try FileManager.default.moveItem(atPath: path(old), toPath: path(new))
    }

    func copy(_ old: String, _ new: String) throws {
        try FileManager.default.copyItem(atPath: path(old), toPath: path(new))
    }

    func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: path(name)) }
    func cut(_ name: String = "app.log") throws { #expect(truncate(path(name), 0) == 0) }

    /// As gzip does it: another file, with the time of the first one.
    func compress(_ name: String) throws {
        let times = try FileManager.default.attributesOfItem(atPath: path(name))
        try write("no text", to: name + ".gz")
        let modified = try #require(times[.modificationDate] as? Date)
        try setTime(of: name + ".gz", to: modified.timeIntervalSince1970)
        try remove(name)
    }

    func setTime(of name: String, to seconds: Double) throws {
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: seconds)], ofItemAtPath: path(name))
    }

    func setPermissions(of name: String, to permissions: Int) throws {
        try FileManager.default.setAttributes(
            [.posixPermissions: permissions], ofItemAtPath: path(name))
    }

    /// All lines that the follower has to give.
    func lines() throws -> [String] {
        var follower =
            self.follower
            ?? LogFollower(path("app.log"), from: checkpoint) { [unowned self] in reports.append($0)
            }
        var all: [String] = []
        while case let lines = try follower.lines(), !lines.isEmpty {
            all += lines.map { String(decoding: $0, as: UTF8.self) }
        }
        self.follower = follower
        return all
    }

    /// Ends the follower; the next one starts from its checkpoint, as it is on disk.
    func restart() throws {
        let data = try JSONEncoder().encode(try #require(follower).checkpoint)
        checkpoint = try JSONDecoder().decode(Checkpoint.self, from: data)
        follower = nil
    }

    private func path(_ name: String) -> String { "\(path)/\(name)" }
}
