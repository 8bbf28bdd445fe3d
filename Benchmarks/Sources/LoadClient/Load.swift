import CMeasurement
import Synchronization

/// An answer that is not what was asked for.
package struct WrongAnswer: Error {
    package let reason: String

    package init(_ reason: String) {
        self.reason = reason
    }
}

/// Warms up, measures, and writes what was measured.
package struct Load: Sendable {
    package let options: LoadOptions
    // Options are looked up by name, which would count as the client's.
    private let work: Work
    private let rate: Double

    /// Gets memory for what is recorded.
    package init(_ options: LoadOptions) {
        self.options = options
        work = options.work
        rate = options.rate
        measurement_prepare(options.requests)
    }

    /// Runs the callers on the executor that this is called on.
    package func run(_ request: @escaping @Sendable (Work) async throws -> Void) async throws {
        // What is held until all callers are there can't be asked for by one.
        let warmup = work == .hold ? .raw : work
        try await callers(options.warmup) { _ in try await request(warmup) }
        measurement_begin()
        let start = measurement_start()
        try await callers(options.requests) { number in
            let began = try await self.begin(number, start: start)
            try await request(work)
            measurement_record(measurement_now() - began)
        }
        measurement_end()
    }

    /// Writes the file and the line; exits with 1 when a request is missing.
    package func write() {
        measurement_write(options.out)
    }

    /// When the request was due, which is waited for, or else now.
    private func begin(_ number: Int, start: UInt64) async throws -> UInt64 {
        guard rate > 0 else { return measurement_now() }
        let due = start + UInt64(Double(number) * 1e9 / rate)
        let now = measurement_now()
        if due > now {
            try await Task.sleep(for: .nanoseconds(Int64(due - now)), tolerance: .zero)
        }
        return due
    }

    private func callers(
        _ count: Int, _ body: @escaping @Sendable (Int) async throws -> Void
    ) async throws {
        guard options.callers > 1 else {
            for number in 0..<count { try await body(number) }
            return
        }
        let tickets = Tickets(count)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<min(options.callers, count) {
                group.addTask {
                    while let number = tickets.take() { try await body(number) }
                }
            }
            try await group.waitForAll()
        }
    }
}

/// The requests that are still to be sent.
private final class Tickets: Sendable {
    private let taken = Atomic(0)
    private let count: Int

    init(_ count: Int) {
        self.count = count
    }

    func take() -> Int? {
        let number = taken.add(1, ordering: .relaxed).oldValue
        return number < count ? number : nil
    }
}
