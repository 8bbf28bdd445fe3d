internal import ArgumentParser
internal import EngineCore
internal import EngineTesting

/// A fault on the command line: `KIND[=VALUE][:PROBABILITY|#NUMBER][@PATH]`.
struct FaultArgument {
    private static let form = """
        a fault is KIND[=VALUE][:PROBABILITY|#NUMBER][@PATH], where KIND is reset, garbage, \
        never-answer, delay=DURATION, truncate=BYTES (from 0 on) or close-after=ANSWERS (from 1 \
        on), PROBABILITY a number from 0 to 1, NUMBER one from 1 on, and PATH starts with /.
        """

    let rule: FaultRule

    /// Parses an option's value; a `transform`.
    ///
    /// - Throws: `ValidationError` with the grammar.
    static func parse(_ text: String) throws -> FaultArgument {
        guard let argument = FaultArgument(text) else { throw ValidationError(form) }
        return argument
    }

    private init?(_ argument: String) {
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
        case ("delay", let value?): DurationText.duration(value).map { .delay($0) }
        case ("truncate", let value?): Int(value).flatMap { $0 >= 0 ? .truncate(at: $0) : nil }
        case ("close-after", let value?): Int(value).flatMap { $0 > 0 ? .closeAfter($0) : nil }
        default: nil
        }
    }
}
