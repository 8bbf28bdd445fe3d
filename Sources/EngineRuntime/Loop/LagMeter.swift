internal import CLibUV
internal import Synchronization

/// Measures how long a loop's thread stays away from its sockets.
///
/// The loop's thread writes, with plain stores and times that libuv has taken anyway, of a
/// millisecond's resolution; any thread reads, also while the loop is held up.
final class LagMeter: Sendable {
    /// Milliseconds from which on a turn is late.
    private let threshold: UInt64
    /// Whether readers send a wake-up to learn what a foreign callback holds up.
    private let sendsProbes: Bool

    private let turns = Atomic<Int>(0)
    private let lateTurns = Atomic<Int>(0)
    private let busy = Atomic<UInt64>(0)
    private let longest = Atomic<UInt64>(0)
    /// When the thread's current work began; 0 while it waits for events.
    private let busySince = Atomic<UInt64>(0)
    /// The longest lag that a reader has met; longer than the turn, where a wake-up came before it.
    private let longestMet = Atomic<UInt64>(0)
    /// When a wake-up was sent that has not arrived; 0 for none.
    private let probedAt = Atomic<UInt64>(0)

    init(threshold: Duration, sendsProbes: Bool) {
        self.threshold = max(1, UInt64(clamping: threshold.upToAnHourInNanoseconds / 1_000_000))
        self.sendsProbes = sendsProbes
    }

    // MARK: The loop's thread

    var isBusy: Bool { busySince.load(ordering: .relaxed) != 0 }

    func begin(at milliseconds: UInt64) {
        busySince.store(milliseconds, ordering: .releasing)
    }

    func end(at milliseconds: UInt64) {
        Self.add(1, to: turns)
        let since = busySince.load(ordering: .relaxed)
        guard since != 0 else { return }
        if milliseconds > since {
            let lasted = milliseconds - since
            busy.store(busy.load(ordering: .relaxed) + lasted, ordering: .releasing)
            if lasted > longest.load(ordering: .relaxed) {
                longest.store(lasted, ordering: .releasing)
            }
            if lasted >= threshold { Self.add(1, to: lateTurns) }
        }
        busySince.store(0, ordering: .releasing)
    }

    func probeReturned() {
        if sendsProbes { probedAt.store(0, ordering: .releasing) }
    }

    /// Nothing is late any more.
    func stop() {
        end(at: uv_hrtime() / 1_000_000)
        probedAt.store(0, ordering: .releasing)
    }

    // One thread alone writes: no locked instruction is needed.
    private static func add(_ count: Int, to counter: borrowing Atomic<Int>) {
        counter.store(counter.load(ordering: .relaxed) + count, ordering: .releasing)
    }

    // MARK: Any thread

    /// What was measured up to now.
    ///
    /// - Parameter probe: Wakes the loop, and says whether there is one.
    func statistics(probe: () -> Bool) -> LoopStatistics {
        let now = uv_hrtime() / 1_000_000
        // Before the rest: a wake-up that has arrived has made the thread busy.
        let delay = sendsProbes ? delayOfProbe(at: now, sending: probe) : 0
        let since = busySince.load(ordering: .acquiring)
        var statistics = LoopStatistics(
            turns: turns.load(ordering: .acquiring),
            currentLag: .zero,
            maximumLag: .milliseconds(longest.load(ordering: .acquiring)),
            lateTurns: lateTurns.load(ordering: .acquiring),
            busyTime: .milliseconds(busy.load(ordering: .acquiring)))
        // Work that has ended meanwhile is in the totals, or will be.
        let isSame = busySince.load(ordering: .acquiring) == since
        let current = isSame && since != 0 && now > since ? now - since : 0
        statistics.busyTime += .milliseconds(current)
        if current >= threshold { statistics.lateTurns += 1 }
        let lag = max(current, delay)
        statistics.currentLag = .milliseconds(lag)
        let met = longestMet.max(lag, ordering: .relaxed).newValue
        statistics.maximumLag = max(statistics.maximumLag, .milliseconds(met))
        return statistics
    }

    /// How long the wake-up of an earlier reading has been on its way; sends one if none is.
    private func delayOfProbe(at now: UInt64, sending probe: () -> Bool) -> UInt64 {
        let (isSent, sentBefore) = probedAt.compareExchange(
            expected: 0, desired: now, ordering: .acquiringAndReleasing)
        guard isSent else { return now > sentBefore ? now - sentBefore : 0 }
        if !probe() { probedAt.store(0, ordering: .releasing) }
        return 0
    }
}
