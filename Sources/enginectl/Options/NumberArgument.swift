internal import ArgumentParser

/// Whole numbers on the command line.
enum NumberArgument {
    /// A `transform` for an option whose value is a whole number within bounds.
    static func within<Number: FixedWidthInteger & Sendable>(
        _ bounds: ClosedRange<Number>
    ) -> @Sendable (String) throws -> Number {
        { text in
            guard let number = Number(text), bounds.contains(number) else {
                let end = bounds.upperBound == .max ? "on" : "to \(bounds.upperBound)"
                throw ValidationError("a whole number from \(bounds.lowerBound) \(end) is needed.")
            }
            return number
        }
    }
}
