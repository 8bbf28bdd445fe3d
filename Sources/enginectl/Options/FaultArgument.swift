internal import ArgumentParser
internal import EngineTesting

/// A fault on the command line: `KIND[=VALUE][:PROBABILITY|#NUMBER][@PATH]`.
struct FaultArgument: ExpressibleByArgument {
    let rule: FaultRule

    init?(argument: String) {
        let form =
            /(?<kind>[a-z-]+)(?:=(?<value>[^:#@]+))?(?::(?<probability>[0-9.e-]+)|#(?<number>[0-9]+))?(?:@(?<path>\/.*))?/
        guard let match = argument.wholeMatch(of: form),
            let fault = Self.fault(String(match.kind), match.value.map(String.init))
        else { return nil }
        let occurrence: FaultRule.Occurrence
        if let text = match.probability {
            guard let probability = Double(text), (0...1).contains(probability) else { return nil }
            occurrence = .probability(probability)
        } else if let text = match.number {
            guard let number = Int(text), number > 0 else { return nil }
            occurrence = .request(number)
        } else {
            occurrence = .always
        }
        rule = FaultRule(fault, path: match.path.map(String.init), occurrence: occurrence)
    }

    private static func fault(_ kind: String, _ value: String?) -> Fault? {
        switch (kind, value) {
        case ("reset", nil): .reset
        case ("garbage", nil): .garbage()
        case ("never-answer", nil): .neverAnswer
        case ("delay", let value?): DurationArgument(argument: value).map { .delay($0.duration) }
        case ("truncate", let value?): Int(value).flatMap { $0 >= 0 ? .truncate(at: $0) : nil }
        case ("close-after", let value?): Int(value).flatMap { $0 > 0 ? .closeAfter($0) : nil }
        default: nil
        }
    }
}
