import EngineSansIO
import Testing

@Suite struct PlacementTests {
    private enum State {
        case fit, backingOff, unreachable, broken, halfOpen
    }

    private func endpoints(_ states: [State]) -> [Placement.Endpoint] {
        states.enumerated().map { index, state in
            let isUsable = state != .broken && state != .halfOpen
            return Placement.Endpoint(
                number: index + 10, outstanding: 0, isUsable: isUsable, weight: isUsable ? 1 : 0,
                isBackingOff: state == .backingOff || state == .unreachable,
                isUnreachable: state == .unreachable, wantsTrial: state == .halfOpen)
        }
    }

    /// All choices of many.
    private func choices(
        _ states: [State], key: String? = nil, mayBeTrial: Bool = false,
        avoiding avoided: Int? = nil,
        rejectsWhenUnhealthy: Bool = false, isReachable: Bool = false
    ) -> Set<Placement.Choice> {
        var placement = Placement(
            .leastRequests, rejectsWhenUnhealthy: rejectsWhenUnhealthy,
            generator: SplitMix64(seed: 1))
        placement.setNames(states.indices.map { "engine-\($0)" })
        var choices: Set<Placement.Choice> = []
        for _ in 0..<100 {
            let choice =
                isReachable
                ? placement.chooseReachable(
                    among: endpoints(states), key: key, avoiding: avoided)
                : placement.choose(
                    among: endpoints(states), key: key, mayBeTrial: mayBeTrial, avoiding: avoided)
            choices.insert(choice)
        }
        return choices
    }

    @Test func fitEndpointsShareTheExchanges() {
        #expect(choices([.fit, .fit]) == [.endpoint(0), .endpoint(1)])
        #expect(choices([.fit, .backingOff, .broken]) == [.endpoint(0)])
    }

    @Test func aFailedExchangeGoesElsewhereIfItCan() {
        #expect(choices([.fit, .fit], avoiding: 0) == [.endpoint(1)])
        #expect(choices([.fit, .backingOff], avoiding: 0) == [.endpoint(1)])
        #expect(choices([.fit, .broken], avoiding: 0) == [.endpoint(0)])
    }

    @Test func withoutAHealthyEndpointOneIsTriedOrNone() {
        #expect(choices([.broken, .broken]) == [.endpoint(0), .endpoint(1)])
        #expect(choices([.broken, .broken], avoiding: 0) == [.endpoint(1)])
        #expect(choices([.broken], avoiding: 0) == [.endpoint(0)])
        #expect(choices([.broken, .broken], rejectsWhenUnhealthy: true) == [.none])
    }

    @Test func aTrialIsForExchangesThatMayBePutAtRisk() {
        #expect(choices([.fit, .halfOpen], mayBeTrial: true) == [.trial(1)])
        #expect(choices([.fit, .halfOpen], mayBeTrial: false) == [.endpoint(0)])
        #expect(choices([.fit, .halfOpen], mayBeTrial: true, avoiding: 1) == [.endpoint(0)])
        // Alone it takes any exchange for its trial.
        #expect(choices([.halfOpen], mayBeTrial: false) == [.trial(0)])
    }

    @Test func aKeyHasOneHome() throws {
        let all = choices([.fit, .fit, .fit], key: "agent-1")
        #expect(all.count == 1)
        guard case .endpoint(let home)? = all.first else {
            Issue.record("no endpoint was chosen")
            return
        }
        // Its trial is a matter of its own keys alone.
        var states = [State](repeating: .fit, count: 3)
        states[home] = .halfOpen
        #expect(choices(states, key: "agent-1", mayBeTrial: true) == [.trial(home)])
        states[home] = .fit
        states[(home + 1) % 3] = .halfOpen
        #expect(choices(states, key: "agent-1", mayBeTrial: true) == [.endpoint(home)])
        // Without it the key moves, and always to the same place.
        states = [State](repeating: .fit, count: 3)
        states[home] = .broken
        let moved = choices(states, key: "agent-1")
        #expect(moved.count == 1)
        #expect(!moved.contains(.endpoint(home)))
    }

    @Test func anUnreachableEndpointIsLeftForOneThatBacksOff() {
        #expect(
            choices([.unreachable, .backingOff, .unreachable], avoiding: 0, isReachable: true)
                == [.endpoint(1)])
        #expect(choices([.unreachable, .broken], avoiding: 0, isReachable: true) == [.endpoint(1)])
        #expect(
            choices(
                [.unreachable, .broken], avoiding: 0, rejectsWhenUnhealthy: true,
                isReachable: true) == [.none])
        #expect(choices([.unreachable, .unreachable], avoiding: 0, isReachable: true) == [.none])
    }
}
