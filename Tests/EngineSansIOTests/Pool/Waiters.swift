import EngineSansIO

/// Numbered waiters of one test.
struct Waiters {
    private let all = (0...1_000).map { _ in PoolWaiter() }

    func callAsFunction(_ number: some BinaryInteger) -> PoolWaiter { all[Int(number)] }

    func number(of waiter: PoolWaiter) -> Int? { all.firstIndex(of: waiter) }
}
