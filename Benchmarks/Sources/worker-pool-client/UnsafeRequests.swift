import ClosedLoop
import EngineCore
import Foundation
import Synchronization

/// Requests that may not be repeated, each with a number of its own in its path, and how they ended.
final class UnsafeRequests: Sendable {
    private let next = Atomic(0)
    private let outcomes = Mutex<[String]>([])

    /// Sends the next one.
    func send(with engine: Engine) async throws(RequestFailure) {
        let number = next.add(1, ordering: .relaxed).oldValue
        var request = EngineRequest(.post, "/run/\(number)", timeout: .seconds(5))
        request.repeatability = .unsafe
        var outcome = "answered"
        defer { outcomes.withLock { $0.append("\(number) \(outcome)\n") } }
        do throws(RequestFailure) {
            try await WorkerPoolClient.send(request, with: engine)
        } catch {
            outcome = error.name
            throw error
        }
    }

    /// Writes a line for each that ended: the number, and `answered` or the code and the delivery.
    func write(to file: String) throws {
        let text = outcomes.withLock { $0.joined() }
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
    }
}
