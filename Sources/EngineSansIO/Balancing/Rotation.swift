/// Smooth weighted round robin: in any stretch of choices each endpoint has had its share, spread
/// evenly. Turns stay as they were for the others when an endpoint comes or goes.
///
/// Source: nginx, `ngx_http_upstream_round_robin.c`, whose method this is: each choice adds its
/// weight to each endpoint's credit, takes the one with the most, and lets it pay for all.
struct Rotation: Sendable {
    private struct Turn {
        let endpoint: Int
        var credit: Double
    }

    // In the order of the last choice's usable candidates, so that finding one costs O(1).
    private var turns: [Turn] = []

    mutating func next(
        among candidates: Span<LoadBalancer.Candidate>, using generator: inout SplitMix64
    ) -> Int? {
        var count = 0
        var total = 0.0
        var best: (turn: Int, candidate: Int)?
        for index in candidates.indices where candidates[index].isUsable {
            let candidate = candidates[index]
            place(candidate, at: count, using: &generator)
            turns[count].credit += candidate.share
            total += candidate.share
            if best.map({ turns[count].credit > turns[$0.turn].credit }) ?? true {
                best = (count, index)
            }
            count += 1
        }
        // Who is out is forgotten: it begins anew, and those that are gone leave nothing behind.
        turns.removeLast(turns.count - count)
        guard let best else { return nil }
        turns[best.turn].credit -= total
        return best.candidate
    }

    /// Brings the endpoint's turn to this position.
    private mutating func place(
        _ candidate: LoadBalancer.Candidate, at position: Int, using generator: inout SplitMix64
    ) {
        var found = position
        while found < turns.count, turns[found].endpoint != candidate.endpoint { found += 1 }
        if found == turns.count {
            // A random start: many short-lived clients would all begin with the first endpoint.
            let credit = Double.random(in: 0..<candidate.share, using: &generator)
            turns.append(Turn(endpoint: candidate.endpoint, credit: credit))
        }
        if found != position { turns.swapAt(found, position) }
    }
}
