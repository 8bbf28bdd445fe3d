/// A number of the grammar as `±significand × 10^exponent`.
struct DecimalText {
    private(set) var isNegative = false
    /// The first 19 significant digits.
    private(set) var significand: UInt64 = 0
    private(set) var exponent = 0
    /// Whether a digit other than 0 is not in the significand.
    private(set) var isTruncated = false

    /// Reads a number that the scanner accepted.
    init(_ text: UnsafeRawBufferPointer) {
        var count = 0
        var at = 0
        var scale = 0
        // The indices stay below the count.
        func byte(_ at: Int) -> UInt8 { unsafe text[at] }
        if byte(0) == .minus {
            isNegative = true
            at = 1
        }
        var isFraction = false
        while at < text.count {
            let next = byte(at)
            if next == .point {
                isFraction = true
            } else if next.isDigit {
                if count < 19 {
                    significand = significand &* 10 &+ UInt64(next &- .zero)
                    if significand != 0 { count &+= 1 }
                    if isFraction { scale &-= 1 }
                } else {
                    if next != .zero { isTruncated = true }
                    if !isFraction { scale &+= 1 }
                }
            } else {
                break
            }
            at &+= 1
        }
        if at < text.count { unsafe scale &+= Self.exponent(text, from: at &+ 1) }
        exponent = scale
    }

    /// The largest exponents have no meaning for a document's digits, which are fewer.
    private static let exponentLimit = 1 << 40

    private static func exponent(_ text: UnsafeRawBufferPointer, from start: Int) -> Int {
        var at = start
        // As above.
        let isNegative = unsafe text[at] == .minus
        if unsafe !text[at].isDigit { at &+= 1 }
        var value = 0
        while at < text.count {
            if value < exponentLimit { value = unsafe value &* 10 &+ Int(text[at] &- .zero) }
            at &+= 1
        }
        return isNegative ? -value : value
    }
}

/// A binary format of IEEE 754 as rounding needs it.
protocol BinaryFormat: BinaryFloatingPoint, LosslessStringConvertible {
    /// The number `significand × 2^exponent`, for a significand of exactly all the format's bits, or
    /// the next power of two; infinity when it is too large. It must not be subnormal.
    init(bits significand: UInt64, exponent: Int)
    /// The largest power of ten that is exact.
    static var exactPowerOfTen: Int { get }
}

extension Double: BinaryFormat {
    static var exactPowerOfTen: Int { 22 }
    init(bits significand: UInt64, exponent: Int) {
        self.init(bitPattern: UInt64(exponent &+ 1074) &<< 52 &+ significand)
    }
}

extension Float: BinaryFormat {
    static var exactPowerOfTen: Int { 10 }
    init(bits significand: UInt64, exponent: Int) {
        let biased = UInt64(exponent &+ 149) &<< 23 &+ significand
        self.init(bitPattern: biased >= 0x7f80_0000 ? 0x7f80_0000 : UInt32(biased))
    }
}

extension BinaryFormat {
    /// The nearest number to a text of the grammar, ties to even; infinite when it is too large.
    @inline(__always)
    init(jsonText text: UnsafeRawBufferPointer) {
        let decimal = unsafe DecimalText(text)
        if let exact = Self.fast(decimal) {
            self = exact
        } else {
            unsafe self.init(slowText: text, decimal)
        }
    }

    /// The number when 128 bits are enough to round it.
    @inline(__always)
    private static func fast(_ decimal: DecimalText) -> Self? {
        let magnitude: Self
        if decimal.significand == 0 {
            magnitude = 0
        } else if !decimal.isTruncated && decimal.exponent == 0
            && decimal.significand <= 1 &<< UInt64(Self.significandBitCount)
        {
            magnitude = Self(decimal.significand)
        } else {
            guard abs(decimal.exponent) <= powersOfFive.count - 1 else { return nil }
            let nearest = rounded(decimal.significand, decimal.exponent)
            // The digits that are missing lie between this significand and the next.
            if decimal.isTruncated, nearest != rounded(decimal.significand + 1, decimal.exponent) {
                return nil
            }
            magnitude = nearest
        }
        return decimal.isNegative ? -magnitude : magnitude
    }

    /// `significand × 10^exponent`, rounded once.
    private static func rounded(_ significand: UInt64, _ exponent: Int) -> Self {
        let shift = significand.leadingZeroBitCount
        let normal = significand &<< UInt64(shift)
        let power = powersOfFive[Int(exponent.magnitude)]
        // The upper 64 bits of the product or quotient, the top one set, and whether bits follow.
        var upper: UInt64
        var isInexact: Bool
        var binary = exponent &- shift
        if exponent >= 0 {
            let product = normal.multipliedFullWidth(by: power)
            let spare = product.high.leadingZeroBitCount
            upper = product.high << spare | product.low >> (64 &- spare)
            isInexact = product.low << spare != 0
            binary &+= 64 &- spare
        } else {
            let powerShift = power.leadingZeroBitCount
            let divisor = power &<< UInt64(powerShift)
            // A dividend below the divisor keeps the quotient in 64 bits.
            let isLarger = normal >= divisor
            let (quotient, remainder) = divisor.dividingFullWidth(
                isLarger ? (normal &>> 1, normal &<< 63) : (normal, 0))
            upper = quotient
            isInexact = remainder != 0
            binary &+= powerShift &- 64 &+ (isLarger ? 1 : 0)
        }
        let dropped = UInt64(64 &- 1 &- Self.significandBitCount)
        var kept = upper &>> dropped
        let half = 1 as UInt64 &<< (dropped &- 1)
        let rest = upper & (half &<< 1 &- 1)
        if rest > half || (rest == half && (isInexact || kept & 1 == 1)) { kept &+= 1 }
        return Self(bits: kept, exponent: binary &+ Int(dropped))
    }

    /// The digits that can decide how to round, and the C library's algorithm.
    @inline(never)
    private init(slowText text: UnsafeRawBufferPointer, _ decimal: DecimalText) {
        var digits: [UInt8] = decimal.isNegative ? [.minus] : []
        let start = digits.count
        // A halfway point has at most 767 significant digits; more only show that it is passed.
        let limit = 800
        var exponent = decimal.exponent
        var isLonger = false
        var position = 0
        for index in text.indices {
            // The index is one of the text.
            let byte = unsafe text[index]
            guard byte.isDigit else {
                if byte == .minus || byte == .point { continue }
                break
            }
            if digits.count == start && byte == .zero { continue }
            position += 1
            if digits.count - start < limit {
                digits.append(byte)
            } else if byte != .zero {
                isLonger = true
            }
            // The exponent belongs to the first 19 digits.
            if position > 19 && digits.count - start == position { exponent -= 1 }
        }
        if isLonger {
            digits.append(0x31)
            exponent -= 1
        }
        digits.append(.lowerE)
        let bounded = Swift.max(-100_000, Swift.min(exponent, 100_000))
        digits.append(contentsOf: "\(bounded)".utf8)
        self = Self(String(decoding: digits, as: UTF8.self)) ?? .nan
    }
}

/// The powers of five that fit in 64 bits.
private let powersOfFive: [28 of UInt64] = {
    var powers: [28 of UInt64] = .init(repeating: 1)
    for index in 1..<28 { powers[index] = powers[index - 1] * 5 }
    return powers
}()

/// Integers out of numbers of the grammar, exactly.
enum IntegerText {
    /// The value of an integer's text; nil when it does not fit.
    @inline(__always)
    static func value<I: FixedWidthInteger>(
        _ text: UnsafeRawBufferPointer, isReal: Bool, as type: I.Type
    ) -> I? {
        // 18 digits and a sign can't overflow 64 bits.
        guard !isReal, text.count <= 18 else {
            return unsafe slow(text, as: type)
        }
        var magnitude: Int64 = 0
        var at = 0
        // The index stays below the count.
        let isNegative = unsafe text[0] == .minus
        if isNegative { at = 1 }
        while at < text.count {
            magnitude = unsafe magnitude &* 10 &+ Int64(text[at] &- .zero)
            at &+= 1
        }
        return I(exactly: isNegative ? -magnitude : magnitude)
    }

    @inline(never)
    private static func slow<I: FixedWidthInteger>(
        _ text: UnsafeRawBufferPointer, as type: I.Type
    ) -> I? {
        guard let (isNegative, magnitude) = unsafe magnitude(text) else { return nil }
        if !isNegative { return I(exactly: magnitude) }
        if magnitude == 1 << 127 { return I(exactly: Int128.min) }
        return Int128(exactly: magnitude).flatMap { I(exactly: -$0) }
    }

    /// The sign and magnitude of a number without fraction, however it is written.
    private static func magnitude(
        _ text: UnsafeRawBufferPointer
    ) -> (isNegative: Bool, magnitude: UInt128)? {
        let decimal = unsafe DecimalText(text)
        guard decimal.significand != 0 else { return (decimal.isNegative, 0) }
        // Where the units are, in digits behind the first significant one.
        var skipped = -1
        var digits = 0
        var value: UInt128 = 0
        let order = order(decimal)
        guard order >= 0, order < 40 else { return nil }
        for index in text.indices {
            // The index is one of the text.
            let byte = unsafe text[index]
            guard byte.isDigit else {
                if byte == .minus || byte == .point { continue }
                break
            }
            if skipped < 0 && byte == .zero { continue }
            skipped = 0
            if digits <= order {
                let (product, overflow) = value.multipliedReportingOverflow(by: 10)
                let (sum, carry) = product.addingReportingOverflow(UInt128(byte &- .zero))
                if overflow || carry { return nil }
                value = sum
                digits += 1
            } else if byte != .zero {
                return nil
            }
        }
        while digits <= order {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            if overflow { return nil }
            value = product
            digits += 1
        }
        return (decimal.isNegative, value)
    }

    /// The power of ten of the first significant digit.
    private static func order(_ decimal: DecimalText) -> Int {
        var order = decimal.exponent - 1
        var rest = decimal.significand
        while rest > 0 {
            rest /= 10
            order += 1
        }
        return order
    }
}
