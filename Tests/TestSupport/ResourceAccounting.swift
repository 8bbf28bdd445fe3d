internal import EngineRuntime
internal import Foundation
package import Testing

/// Runs tests that use sockets one at a time in the process, and asserts that each leaves as many
/// file descriptors and loop handles open as it found.
package struct ResourceAccounting: TestTrait, SuiteTrait, TestScoping {
    package let isRecursive = true
    /// Whether the cases of one test run beside each other.
    fileprivate let isForAllCases: Bool

    package func scopeProvider(for test: Test, testCase: Test.Case?) -> ResourceAccounting? {
        if test.isSuite { return nil }
        return isForAllCases == (testCase == nil) ? self : nil
    }

    @concurrent
    package func provideScope(
        for test: Test, testCase: Test.Case?,
        performing function: @Sendable @concurrent () async throws -> Void
    ) async throws {
        try await Turnstile.shared.withTurn {
            try await Self.warmUp()
            let handlesBefore = try await EngineLoop.shared.openHandleCount()
            let descriptorsBefore = try openDescriptors()
            try await function()
            let handlesAfter = try await EngineLoop.shared.openHandleCount()
            #expect(handlesAfter == handlesBefore)
            let descriptorsAfter = try openDescriptors()
            #expect(descriptorsAfter == descriptorsBefore)
        }
    }

    // libuv keeps a signal pipe from its first loop on, and a spare descriptor from the first
    // stream of a loop on.
    private static func warmUp() async throws {
        try EngineLoop.shared.start()
        let peer = Peer()
        try? await peer.connect(to: "/nonexistent")
        await peer.close()
    }

    /// Where each open descriptor leads; the one that reads the listing is not in it, nor are those
    /// of Dispatch, which come and go with what any task of the process sleeps or waits for.
    private func openDescriptors() throws -> [String: String] {
        var descriptors: [String: String] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
            let link = "/proc/self/fd/\(name)"
            descriptors[name] = try? FileManager.default.destinationOfSymbolicLink(atPath: link)
        }
        let ofDispatch: Set = ["anon_inode:[timerfd]", "anon_inode:[signalfd]"]
        return descriptors.filter { !ofDispatch.contains($0.value) }
    }
}

extension Trait where Self == ResourceAccounting {
    /// One at a time, and nothing left open.
    package static var accountsForResources: ResourceAccounting {
        ResourceAccounting(isForAllCases: false)
    }

    /// The same for a test with all its cases, which run in parallel: each must have all of its own.
    package static var accountsForAllCases: ResourceAccounting {
        ResourceAccounting(isForAllCases: true)
    }
}

/// Lets one through at a time, in order.
private actor Turnstile {
    static let shared = Turnstile()

    private var isTaken = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func withTurn(_ body: @Sendable () async throws -> Void) async throws {
        if isTaken {
            await withCheckedContinuation { waiting.append($0) }
        }
        isTaken = true
        defer {
            if waiting.isEmpty { isTaken = false } else { waiting.removeFirst().resume() }
        }
        // A test whose time was over while it waited would start what nobody ends.
        try Task.checkCancellation()
        try await body()
    }
}
