/// A number of JSON, exactly and as it was written: `1.0`, `1e3` and `18446744073709551615` stay so.
///
/// Two numbers are equal when their values are, to the last digit: `1.0` equals `1`, and 2^53 + 1 does
/// not equal 2^53.
public struct JSONNumber: Sendable {
    /// The number as it is written in JSON.
    public let text: String

    /// Takes a number in the form of RFC 8259 §6; nil for any other text.
    public init?(text: String) {
        var copy = text
        let isNumber = copy.withUTF8 { units in
            // Bytes have no padding, and the span ends with this closure.
            let bytes = unsafe units.span.bytes
            var tape = JSONTape(capacity: 1)
            defer { tape.deallocate() }
            var position = 0
            guard !bytes.isEmpty, byte(bytes, 0) == .minus || byte(bytes, 0).isDigit else {
                return false
            }
            return (try? JSONScanner.number(bytes, &position, onto: &tape)) != nil
                && position == bytes.byteCount
        }
        guard isNumber else { return nil }
        self.text = text
    }

    /// A number that the scanner accepted.
    init(scanned text: String) { self.text = text }

    /// Takes an integer.
    public init(_ value: some BinaryInteger) { text = String(value) }

    /// Takes a finite number, in the shortest form that reads back as the same; nil for infinities and
    /// NaN.
    public init?(_ value: Double) {
        guard value.isFinite else { return nil }
        text = JSONNumber.shortest(value.description)
    }

    /// Swift's shortest form without the fraction of whole numbers.
    static func shortest(_ description: String) -> String {
        description.hasSuffix(".0") ? String(description.dropLast(2)) : description
    }

    /// The value, when it is whole and fits in the type.
    public func exactly<Value: FixedWidthInteger>(_ type: Value.Type = Value.self) -> Value? {
        unsafe withText { unsafe IntegerText.value($0, isReal: true, as: type) }
    }

    /// The nearest `Double`; nil when the value is too large for one.
    public var doubleValue: Double? {
        let value = unsafe withText { unsafe Double(jsonText: $0) }
        return value.isFinite ? value : nil
    }

    private func withText<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        var text = text
        return text.withUTF8 { unsafe body(UnsafeRawBufferPointer($0)) }
    }
}

extension JSONNumber: CustomStringConvertible {
    /// The number as it is written in JSON.
    public var description: String { text }
}

extension JSONNumber: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral {
    /// Makes an integer.
    public init(integerLiteral value: Int64) { self.init(value) }

    /// Makes a number. A literal beyond the range of `Double` traps, as an integer's would.
    public init(floatLiteral value: Double) {
        precondition(value.isFinite, "a literal of JSONNumber must be finite")
        text = JSONNumber.shortest(value.description)
    }
}

extension JSONNumber: Hashable {
    /// A number's value in one form: its digits without zeros at both ends, and the power of ten.
    private struct Canonical: Hashable {
        var isNegative = false
        var digits: [UInt8] = []
        var exponent = 0
        // An exponent that can't be counted.
        var text: String?

        init(_ text: String) {
            var fraction = 0
            var isFraction = false
            let parts = text.utf8.split(
                maxSplits: 1, omittingEmptySubsequences: false,
                whereSeparator: { $0 | 0x20 == 0x65 })
            for byte in parts[0] {
                switch byte {
                case .minus: isNegative = true
                case .point: isFraction = true
                default:
                    if isFraction { fraction += 1 }
                    if byte != .zero || !digits.isEmpty { digits.append(byte) }
                }
            }
            guard !digits.isEmpty else {
                isNegative = false
                return
            }
            while digits.last == .zero {
                digits.removeLast()
                fraction -= 1
            }
            guard parts.count > 1 else {
                exponent = -fraction
                return
            }
            guard let written = Int(Substring(parts[1])), written.magnitude < 1 << 60 else {
                self.text = text
                return
            }
            exponent = written - fraction
        }
    }

    /// Whether both have the same value.
    public static func == (left: JSONNumber, right: JSONNumber) -> Bool {
        left.text == right.text || Canonical(left.text) == Canonical(right.text)
    }

    /// Hashes the value.
    public func hash(into hasher: inout Hasher) { hasher.combine(Canonical(text)) }
}
