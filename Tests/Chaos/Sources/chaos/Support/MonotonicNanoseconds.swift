internal import Glibc

/// The system's monotonic clock, which all processes of a run share.
func monotonicNanoseconds() -> Int64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}

extension Duration {
    var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}

/// Sleeps; a cancelled task returns at once.
func pause(_ milliseconds: Double) async {
    guard milliseconds > 0 else { return }
    try? await Task.sleep(for: .microseconds(Int64(milliseconds * 1_000)))
}
