internal import Foundation

/// Runs an operation with a new directory that goes with all that is in it.
package func withTemporaryDirectory<Success>(
    _ operation: (String) async throws -> Success
) async throws -> Success {
    let url = FileManager.default.temporaryDirectory
        .appendingPathComponent("test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: url) }
    return try await operation(url.path)
}
