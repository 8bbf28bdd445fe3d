internal import Glibc

/// A generator whose numbers follow from a seed and a name, so that each part of a run draws its own
/// and none depends on how far the others have come.
///
/// Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014.
struct SeededGenerator: RandomNumberGenerator {
    private(set) var state: UInt64

    /// - Parameters:
    ///   - seed: The run's.
    ///   - name: The part's.
    init(seed: UInt64, _ name: String) {
        // FNV-1a: `Hasher` is seeded anew in each process.
        let hash = name.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) {
            ($0 ^ UInt64($1)) &* 0x100_0000_01b3
        }
        state = seed ^ hash
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        return mixed(state)
    }

    /// Draws true with a probability from 0 to 1.
    mutating func chance(_ probability: Double) -> Bool {
        Double.random(in: 0..<1, using: &self) < probability
    }

    /// Draws a size whose orders of magnitude are equally likely.
    mutating func size(_ range: ClosedRange<Int>) -> Int {
        let exponent = Double.random(
            in: log2(Double(range.lowerBound + 1))...log2(Double(range.upperBound + 1)),
            using: &self)
        return min(range.upperBound, max(range.lowerBound, Int(exp2(exponent)) - 1))
    }
}

/// The output function of SplitMix64.
func mixed(_ value: UInt64) -> UInt64 {
    var value = value
    value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
    return value ^ (value >> 31)
}
