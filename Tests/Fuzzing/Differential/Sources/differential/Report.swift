#if canImport(Glibc)
    import Glibc
#endif

/// How often both sides agreed, and how they did not.
struct Report {
    private var sameMessages = 0
    private var sameRefusals = 0
    private var known: [String: Int] = [:]
    private var unknown: [String: [Sample]] = [:]
    private var unknownCount = 0

    mutating func judge(_ sample: Sample) throws {
        let ours = Verdict.ours(on: sample)
        let theirs = try Verdict.theirs(on: sample)
        switch (ours, theirs) {
        case (.refused, .refused): sameRefusals += 1
        case _ where ours == theirs: sameMessages += 1
        default:
            let disagreement = Disagreement(sample: sample, ours: ours, theirs: theirs)
            if let name = KnownDisagreement.all.first(where: { $0.matches(disagreement) })?.name {
                known[name, default: 0] += 1
            } else {
                unknownCount += 1
                unknown[disagreement.summary, default: []].append(sample)
            }
        }
    }

    func finish(seed: UInt64) {
        print("seed \(seed): the same message \(sameMessages), both refuse \(sameRefusals)")
        for (name, count) in known.sorted(by: { $0.value > $1.value }) {
            print("\(count)\t\(name)")
        }
        for (summary, samples) in unknown.sorted(by: { $0.value.count > $1.value.count }) {
            print("NOT LISTED \(samples.count)\t\(summary)")
            for sample in samples.sorted(by: { $0.bytes.count < $1.bytes.count }).prefix(3) {
                print("    \(sample.kind): \(sample.text)")
            }
        }
        if unknownCount > 0 { exit(1) }
    }
}
