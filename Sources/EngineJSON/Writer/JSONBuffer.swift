/// Bytes that grow at the end, and JSON's tokens.
@safe
struct JSONBuffer: ~Copyable {
    private var base: UnsafeMutablePointer<UInt8>
    private(set) var count = 0
    private var capacity: Int

    init(capacity: Int = 256) {
        self.capacity = capacity
        unsafe base = .allocate(capacity: capacity)
    }

    deinit { unsafe base.deallocate() }

    /// A copy of all bytes.
    var bytes: [UInt8] { bytes(0..<count) }

    /// A copy of some bytes.
    func bytes(_ range: Range<Int>) -> [UInt8] {
        unsafe Array(buffer(range))
    }

    /// Appends bytes to an array.
    func append(_ range: Range<Int>, to bytes: inout [UInt8]) {
        unsafe bytes.append(contentsOf: buffer(range))
    }

    private func buffer(_ range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
        precondition(range.upperBound <= count)
        // All below the count is initialized.
        return unsafe UnsafeBufferPointer(start: base + range.lowerBound, count: range.count)
    }

    /// Calls `body` with the first bytes.
    func withPrefix<Result>(_ length: Int, _ body: (RawSpan) -> Result) -> Result {
        // The span ends with the call.
        unsafe body(RawSpan(_unsafeElements: buffer(0..<length)))
    }

    /// Bits of a string that was written, for a hash: its length, and the bytes within the quotes.
    @inline(__always)
    func sample(_ start: Int, _ length: Int) -> UInt64 {
        precondition(length >= 2 && start + length <= count)
        // Within the bytes that were written.
        let first = unsafe base[start &+ 1]
        let last = unsafe base[start &+ length &- 2]
        return UInt64(first) | UInt64(last) &<< 8 | UInt64(truncatingIfNeeded: length) &<< 16
    }

    /// Drops all bytes behind an offset.
    mutating func truncate(to count: Int) {
        precondition(count <= self.count)
        self.count = count
    }

    @inline(__always)
    private mutating func reserve(_ more: Int) {
        if capacity &- count < more { grow(more) }
    }

    @inline(never)
    private mutating func grow(_ more: Int) {
        capacity = max(capacity * 2, count + more)
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
        unsafe larger.moveInitialize(from: base, count: count)
        unsafe base.deallocate()
        unsafe base = larger
    }

    /// Writes a byte for which there is room.
    @inline(__always)
    private mutating func put(_ byte: UInt8) {
        assert(count < capacity)
        // The caller has reserved it.
        unsafe (base + count).initialize(to: byte)
        count &+= 1
    }

    @inline(__always)
    mutating func append(_ byte: UInt8) {
        reserve(1)
        put(byte)
    }

    mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let source = bytes.baseAddress else { return }
        reserve(bytes.count)
        // There is room for the count.
        unsafe (base + count).initialize(from: source, count: bytes.count)
        count += bytes.count
    }

    /// Text that needs no escapes.
    @inline(__always)
    mutating func append(_ text: StaticString) {
        let length = text.utf8CodeUnitCount
        reserve(length)
        // There is room for the literal.
        unsafe (base + count).initialize(from: text.utf8Start, count: length)
        count &+= length
    }

    /// Text that needs no escapes.
    mutating func append(_ text: consuming String) {
        text.withUTF8 { unsafe append($0) }
    }

    @inline(__always)
    mutating func bool(_ value: Bool) { append(value ? "true" : "false") }

    @inline(__always)
    mutating func integer<I: FixedWidthInteger>(_ value: I) {
        guard I.bitWidth <= 64 else {
            append(String(value))
            return
        }
        if value < 0 { append(.minus) }
        var rest = UInt64(truncatingIfNeeded: value.magnitude)
        reserve(20)
        var length = 1
        var power: UInt64 = 10
        while length < 20 && rest >= power {
            length &+= 1
            let (next, overflow) = power.multipliedReportingOverflow(by: 10)
            if overflow { break }
            power = next
        }
        var at = count &+ length
        count = at
        repeat {
            at &-= 1
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
            // The digits end where they were counted to begin.
            unsafe (base + at).initialize(to: .zero &+ UInt8(truncatingIfNeeded: digit))
            rest = quotient
        } while rest > 0
    }

    /// A string with its quotes. Escapes are the short ones of RFC 8259 §7, for other control
    /// characters `\u00xx`; a slash is not escaped.
    @inline(never)
    mutating func string(_ text: consuming String) {
        text.withUTF8 { units in
            let length = units.count
            // Copying by eight writes up to seven bytes too many, which are overwritten.
            reserve(length &+ 16)
            put(.quote)
            var at = 0
            while at < length {
                if length &- at >= 8 {
                    // No load reaches beyond the text, and there is room for the store.
                    let word = unsafe UnsafeRawPointer(units.baseAddress.unsafelyUnwrapped)
                        .loadUnaligned(fromByteOffset: at, as: UInt64.self)
                    unsafe UnsafeMutableRawPointer(base).storeBytes(
                        of: word, toByteOffset: count, as: UInt64.self)
                    let special = bytesToEscape(UInt64(littleEndian: word))
                    let safe = special == 0 ? 8 : special.trailingZeroBitCount &>> 3
                    at &+= safe
                    count &+= safe
                    if special == 0 { continue }
                }
                // The index is below the length.
                let next = unsafe units[at]
                at &+= 1
                if next >= .space && next != .quote && next != .backslash {
                    put(next)
                } else {
                    escape(next)
                    reserve(length &- at &+ 16)
                }
            }
            put(.quote)
        }
    }

    private mutating func escape(_ byte: UInt8) {
        reserve(6)
        put(.backslash)
        switch byte {
        case .quote, .backslash: put(byte)
        case 0x08: put(0x62)
        case 0x0c: put(0x66)
        case .lineFeed: put(0x6e)
        case .carriageReturn: put(0x72)
        case .tab: put(0x74)
        default:
            put(.lowerU)
            put(.zero)
            put(.zero)
            put(.zero &+ byte &>> 4)
            let low = byte & 15
            put(low < 10 ? .zero &+ low : 0x57 &+ low)
        }
    }
}

/// Marks quotes, backslashes and control characters; marks after the first may be wrong.
@inline(__always)
private func bytesToEscape(_ word: UInt64) -> UInt64 {
    let quotes = word ^ 0x2222_2222_2222_2222
    let backslashes = word ^ 0x5c5c_5c5c_5c5c_5c5c
    let hits =
        (quotes &- 0x0101_0101_0101_0101) & ~quotes
        | (backslashes &- 0x0101_0101_0101_0101) & ~backslashes
        | (word &- 0x2020_2020_2020_2020) & ~word
    return hits & 0x8080_8080_8080_8080
}
