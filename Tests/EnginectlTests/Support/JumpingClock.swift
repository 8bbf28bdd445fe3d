import Foundation

/// A library to preload, with which the wall clock of a process jumps half a day forward or back at
/// each look at it; its monotonic clock goes on as it should.
enum JumpingClock {
    static let source = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().appendingPathComponent("jumping_clock.c").path
}
