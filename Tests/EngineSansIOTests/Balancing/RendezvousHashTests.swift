import EngineSansIO
import Testing

@Suite struct RendezvousHashTests {
    static let keyFamilies = ["agent-", "", "/policy/create?session="]

    private func endpoints(_ count: Int) -> [UInt64] {
        (0..<count).map { RendezvousHash.hash("/run/engine-\($0).sock") }
    }

    private func keys(_ family: String, count: Int = 5_000) -> [UInt64] {
        (0..<count).map { RendezvousHash.hash("\(family)\($0)") }
    }

    private func owners(_ keys: [UInt64], _ endpoints: [UInt64]) -> [Int?] {
        keys.map { RendezvousHash.choose(key: $0, among: endpoints.span) }
    }

    /// Sum of the squared distances from an even spread, for each part of it.
    private func chiSquare(_ owners: [Int?], _ choices: [Int]) -> Double {
        let even = Double(owners.count) / Double(choices.count)
        return choices.reduce(0) { sum, choice in
            let distance = Double(owners.count { $0 == choice }) - even
            return sum + distance * distance / even
        }
    }

    // From the tables of draft-eastlake-fnv.
    @Test(
        arguments: [
            ("", 0xcbf2_9ce4_8422_2325), ("a", 0xaf63_dc4c_8601_ec8c),
            ("foobar", 0x8594_4171_f739_67e8),
        ] as [(String, UInt64)])
    func hashIsFNV1a(_ text: String, _ hash: UInt64) {
        #expect(RendezvousHash.hash(text) == hash)
    }

    // Reckoned apart from this code, in Python: another release must send a key to the same engine.
    @Test(
        arguments: [
            ("", "", 11_549_774_816_140_213_323),
            ("agent-001", "/run/engine-a.sock", 12_091_386_874_113_834_578),
            ("agent-001", "/run/engine-b.sock", 185_956_169_437_946_623),
            ("\u{e1}gent", "/run/engine-a.sock", 14_997_558_120_071_823_404),
        ] as [(String, String, UInt64)])
    func scoresNeverChange(_ key: String, _ endpoint: String, _ score: UInt64) {
        let hashes = (RendezvousHash.hash(key), RendezvousHash.hash(endpoint))
        #expect(RendezvousHash.score(key: hashes.0, endpoint: hashes.1) == score)
    }

    @Test(arguments: [
        ("agent-000", [2, 4, 0, 1, 3]), ("agent-001", [0, 2, 3, 4, 1]),
        ("agent-002", [3, 0, 1, 2, 4]), ("session", [3, 4, 2, 0, 1]),
    ])
    func ranksNeverChange(_ key: String, _ rank: [Int]) {
        let hash = RendezvousHash.hash(key)
        #expect(RendezvousHash.rank(key: hash, among: endpoints(5).span) == rank)
    }

    // The bounds are passed by chance once in 10,000 times, for 1, 2, 4 and 9 degrees of freedom.
    @Test(arguments: [(2, 15.1), (3, 18.4), (5, 23.5), (10, 33.7)])
    func keysAreSpreadEvenly(_ count: Int, _ bound: Double) {
        for family in Self.keyFamilies {
            let owners = owners(keys(family), endpoints(count))
            #expect(chiSquare(owners, Array(0..<count)) < bound, "\(family)")
        }
    }

    @Test(arguments: [0, 4, 9])
    func onlyTheKeysOfWhoGoesMoveAndEvenly(_ gone: Int) {
        let endpoints = endpoints(10)
        let rest = (0..<10).filter { $0 != gone }
        for family in Self.keyFamilies {
            let keys = keys(family)
            var moved: [Int?] = []
            for (key, before) in zip(keys, owners(keys, endpoints)) {
                let after = RendezvousHash.choose(key: key, among: endpoints.span) { $0 != gone }
                if before == gone { moved.append(after) } else { #expect(after == before) }
            }
            #expect(!moved.contains(gone) && !moved.contains(nil))
            // 8 degrees of freedom.
            #expect(chiSquare(moved, rest) < 31.9, "\(family)")
        }
    }

    @Test(arguments: [1, 2, 4, 9])
    func whoComesTakesAnEqualPartOfEach(_ count: Int) {
        let keys = keys("agent-")
        let before = owners(keys, endpoints(count))
        let after = owners(keys, endpoints(count + 1))
        let moved = zip(before, after).filter { $0 != $1 }
        #expect(moved.allSatisfy { $0.1 == count })
        let part = Double(keys.count) / Double(count + 1)
        #expect(abs(Double(moved.count) - part) < 0.1 * part)
        #expect(chiSquare(moved.map(\.0), Array(0..<count)) < 31.9)
    }

    @Test func orderOfEndpointsDoesNotMatter() {
        var random = SplitMix64(seed: 1)
        let endpoints = endpoints(7)
        for key in keys("agent-", count: 500) {
            let shuffled = endpoints.shuffled(using: &random)
            let one = RendezvousHash.choose(key: key, among: endpoints.span)
            let other = RendezvousHash.choose(key: key, among: shuffled.span)
            #expect(one.map { endpoints[$0] } == other.map { shuffled[$0] })
        }
    }

    @Test func rankIsTheOrderOfChoices() {
        let endpoints = endpoints(6)
        for key in keys("agent-", count: 500) {
            var gone: Set<Int> = []
            for next in RendezvousHash.rank(key: key, among: endpoints.span) {
                let choice = RendezvousHash.choose(key: key, among: endpoints.span) {
                    !gone.contains($0)
                }
                #expect(choice == next)
                gone.insert(next)
            }
            #expect(gone.count == 6)
        }
    }

    @Test func nobodyUsableIsNobody() {
        let none: [UInt64] = []
        #expect(RendezvousHash.choose(key: 1, among: none.span) == nil)
        #expect(RendezvousHash.choose(key: 1, among: endpoints(3).span) { _ in false } == nil)
        #expect(RendezvousHash.rank(key: 1, among: none.span) == [])
    }

    @Test func ofEqualNamesTheFirstIsUsed() {
        let twins: [UInt64] = [5, 5, 5]
        #expect(RendezvousHash.choose(key: 1, among: twins.span) == 0)
        #expect(RendezvousHash.rank(key: 1, among: twins.span) == [0, 1, 2])
    }
}
