import EngineSansIO
import Testing

@Suite struct SharedAttemptTests {
    private struct Broken: Error, Equatable {}

    private func time(_ nanoseconds: Int64) -> MonotonicTime {
        MonotonicTime(nanoseconds: nanoseconds)
    }

    private func step(_ attempt: inout SharedAttempt<Int, Broken>, at now: Int64) -> String {
        "\(attempt.next(now: time(now)))"
    }

    @Test func oneAttemptServesAll() {
        var attempt = SharedAttempt<Int, Broken>(pause: 100)
        #expect(step(&attempt, at: 0) == "start")
        #expect((0..<5).map { step(&attempt, at: $0) } == Array(repeating: "wait", count: 5))
        attempt.ended(.success(7), now: time(10))
        #expect(step(&attempt, at: 10_000).hasSuffix("success(7))"))
    }

    @Test func aFailureIsSharedUntilThePauseIsOver() {
        var attempt = SharedAttempt<Int, Broken>(pause: 100)
        for start in [Int64(0), 200, 400] {
            #expect(step(&attempt, at: start) == "start")
            attempt.ended(.failure(Broken()), now: time(start + 50))
            #expect(step(&attempt, at: start + 50).contains("failure"))
            #expect(step(&attempt, at: start + 149).contains("failure"))
        }
        #expect(step(&attempt, at: 550) == "start")
        #expect(step(&attempt, at: 10_000) == "wait")
    }
}
