/// Sends every key to the same endpoint, whoever asks: each endpoint has a random but fixed score
/// for each key, and the highest one wins. When an endpoint goes, its keys alone move, evenly to
/// the others; one that comes takes an equal part from each.
///
/// Hashes depend on the bytes alone: they are the same in every process, on every machine and in
/// every release. They are no defence against keys made to collide.
///
/// Source: Thaler and Ravishankar, "Using name-based mappings to increase hit rates", 1998.
package enum RendezvousHash {
    /// The hash of a key or an endpoint's name, over its UTF-8 bytes: 64-bit FNV-1a.
    ///
    /// Source: draft-eastlake-fnv, section 2.
    package static func hash(_ text: String) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return hash
    }

    /// How well an endpoint suits a key; no two endpoints of different hashes suit one equally.
    package static func score(key: UInt64, endpoint: UInt64) -> UInt64 {
        // FNV-1a leaves hashes of similar texts similar; a round for each side removes that.
        var inner = SplitMix64(seed: endpoint)
        var outer = SplitMix64(seed: inner.next() ^ key)
        return outer.next()
    }

    /// The index of the endpoint that a key belongs to; nil when none is usable.
    ///
    /// - Parameters:
    ///   - key: The key's hash.
    ///   - endpoints: Hashes of the endpoints' names, in any order.
    ///   - isUsable: Whether the one at an index may be chosen now.
    package static func choose(
        key: UInt64, among endpoints: Span<UInt64>, where isUsable: (Int) -> Bool = { _ in true }
    ) -> Int? {
        var best: (index: Int, score: UInt64)?
        for index in endpoints.indices where isUsable(index) {
            let score = score(key: key, endpoint: endpoints[index])
            if best.map({ score > $0.score }) ?? true { best = (index, score) }
        }
        return best?.index
    }
}
