import EngineCore
import Testing

/// A call of a module, and the name of the recorded exchange that it should make again.
struct RecordedCall: Sendable, CustomTestStringConvertible {
    let exchange: String
    /// Makes the call and checks the value that it reads.
    let make: @Sendable (Engine) async throws -> Void

    init(
        _ exchange: String, make: @escaping @Sendable (Engine) async throws -> Void
    ) {
        self.exchange = exchange
        self.make = make
    }

    var testDescription: String { exchange }

    static let all =
        statusAndMetrics + router + tester + namespaces + policies + resources + geo + ioc + events
}
