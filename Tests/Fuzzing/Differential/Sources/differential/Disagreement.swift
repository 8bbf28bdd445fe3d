/// Two verdicts on one sample.
struct Disagreement {
    let sample: Sample
    let ours: Verdict
    let theirs: Verdict

    /// What kind it is, without the bytes.
    var summary: String {
        switch (ours, theirs) {
        case (.message, .refused(let reason)): "only we take it; they: \(reason)"
        case (.refused(let reason), .message): "only they take it; we: \(reason)"
        case (.refused, .refused): "both refuse"
        case (.message(let our), .message(let their)):
            "both take it, but not the same"
                + (our.start == their.start ? "" : " start")
                + (our.minorVersion == their.minorVersion ? "" : " version")
                + (our.fields == their.fields ? "" : " fields")
                + (our.body == their.body ? "" : " body")
                + (our.trailers == their.trailers ? "" : " trailers")
        }
    }
}
