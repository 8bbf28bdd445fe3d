internal import EngineSansIO

extension ExchangeLimit {
    /// The limit as the subject of a sentence, such as "the phaseTimeouts.firstByte limit of 2 s".
    ///
    /// - Parameter nanoseconds: Its value; nil where the setting has gone meanwhile.
    func text(nanoseconds: Int64?) -> String {
        let name =
            switch self {
            case .timeout: "timeout"
            case .stallTimeout: "stallTimeout"
            case .totalTimeout: "totalTimeout"
            case .healthCheckTimeout: "healthCheck.timeout"
            case .phase(let phase): "\(phase.limitName) limit"
            }
        return "the \(name)" + (nanoseconds.map { " of \(Self.duration($0))" } ?? "")
    }

    // The largest unit of which there is a whole one, with up to three decimals.
    private static func duration(_ nanoseconds: Int64) -> String {
        let units: [(name: String, size: Int64)] = [
            ("s", 1_000_000_000), ("ms", 1_000_000), ("µs", 1_000),
        ]
        guard let unit = units.first(where: { nanoseconds >= $0.size }) else {
            return nanoseconds == 0 ? "0 s" : "\(nanoseconds) ns"
        }
        let (whole, rest) = nanoseconds.quotientAndRemainder(dividingBy: unit.size)
        let thousandths = rest / (unit.size / 1_000)
        guard thousandths > 0 else { return "\(whole) \(unit.name)" }
        var digits = String(String(thousandths + 1_000).dropFirst())
        while digits.hasSuffix("0") { digits.removeLast() }
        return "\(whole).\(digits) \(unit.name)"
    }
}
