// Sixteen bytes at a time, by arithmetic within each byte: Swift's comparisons of vectors are loops
// over their elements.

private typealias Block = SIMD16<UInt8>

extension RawSpan {
    /// Where, from a position on, the first byte stands that no field value has; the end when none
    /// does (RFC 9110 section 5.5).
    @inline(__always)
    func endOfFieldText(from start: Int) -> Int {
        var position = start
        while let block = block(at: position) {
            // Below a space, or 0x7f; bytes from 0x80 on are text.
            let stops =
                ((block &- Block(repeating: .space)) | (block &+ Block(repeating: 1))) & ~block
            let offset = stops.firstHighBit
            position &+= offset
            if offset < Block.scalarCount {
                guard self[position] == .tab else { return position }
                position &+= 1
            }
        }
        while position < byteCount, self[position].isFieldValueCharacter { position &+= 1 }
        return position
    }

    /// Where, from a position on, the first byte stands that no token has; the end when none does
    /// (RFC 9110 section 5.6.2).
    @inline(__always)
    func endOfToken(from start: Int) -> Int {
        var position = start
        while let block = block(at: position) {
            let offset = block.withoutUsualTokenCharacters.firstHighBit
            position &+= offset
            if offset < Block.scalarCount {
                guard self[position].isTokenCharacter else { return position }
                position &+= 1
            }
        }
        while position < byteCount, self[position].isTokenCharacter { position &+= 1 }
        return position
    }

    /// The bytes at a position; nil when fewer than sixteen are left.
    @inline(__always)
    private func block(at position: Int) -> Block? {
        guard position >= 0, byteCount &- position >= Block.scalarCount else { return nil }
        // The bounds have been checked; every bit pattern is a Block.
        return unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: position, as: Block.self)
    }
}

extension Block {
    /// The high bit of each byte that is neither a letter nor a digit nor a hyphen.
    @inline(__always)
    fileprivate var withoutUsualTokenCharacters: Block {
        let folded = self | Block(repeating: 0x20)
        let letters = folded.reaching(UInt8(ascii: "a")) & ~folded.reaching(UInt8(ascii: "z") + 1)
        let digits = reaching(UInt8(ascii: "0")) & ~reaching(UInt8(ascii: "9") + 1)
        let hyphens = reaching(UInt8(ascii: "-")) & ~reaching(UInt8(ascii: "-") + 1)
        return ~(letters | digits | hyphens) | self
    }

    /// The high bit of each ASCII character from this one on; the other bits mean nothing.
    @inline(__always)
    private func reaching(_ character: UInt8) -> Block {
        self &+ Block(repeating: 0x80 - character)
    }

    /// The index of the first byte whose high bit is set, or the count.
    @inline(__always)
    fileprivate var firstHighBit: Int {
        // Every bit pattern is valid in each type.
        let halves = unsafe unsafeBitCast(
            self & Block(repeating: 0x80), to: SIMD2<UInt64>.self)
        let first = UInt64(littleEndian: halves.x)
        if first != 0 { return first.trailingZeroBitCount &>> 3 }
        // 64 zeros when there is none.
        return 8 &+ UInt64(littleEndian: halves.y).trailingZeroBitCount &>> 3
    }
}
