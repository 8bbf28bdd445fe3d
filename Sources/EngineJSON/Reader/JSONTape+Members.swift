extension JSONTape {
    /// The value of the second of two members with one name; nil when all names differ.
    func firstDuplicate(in object: Int, _ bytes: RawSpan) -> Int? {
        unsafe bytes.withUnsafeBytes { buffer in
            // An object has at least its braces.
            guard let base = buffer.baseAddress else { return nil }
            return unsafe firstDuplicate(in: object, base)
        }
    }

    func firstDuplicate(in object: Int, _ base: UnsafeRawPointer) -> Int? {
        let count = self[object].length
        if count <= Self.pairLimit {
            return unsafe mayHaveDuplicates(object, count, base)
                ? firstDuplicateInPairs(object, count, base) : nil
        }
        var seen: Set<ExactName> = []
        seen.reserveCapacity(count)
        var key = object + 2
        for _ in 0..<count {
            guard unsafe seen.insert(ExactName(name(key, base))).inserted else { return key + 1 }
            key = next(key + 1)
        }
        return nil
    }

    /// The number of members up to which comparing all pairs is cheaper than hashing.
    static var pairLimit: Int { 24 }

    /// The name that a word holds.
    @inline(__always)
    func name(_ key: Int, _ base: UnsafeRawPointer) -> String {
        let word = self[key]
        return unsafe JSONString.text(base + word.offset, count: word.length, flags: word.bits)
    }

    private func firstDuplicateInPairs(
        _ object: Int, _ count: Int, _ base: UnsafeRawPointer
    ) -> Int? {
        var key = object + 2
        for position in 0..<count {
            let word = self[key]
            let isRepeated: Bool
            if word.has(TapeWord.isEscaped) {
                var name = unsafe name(key, base)
                isRepeated = name.withUTF8 { wanted in
                    unsafe isNamed(amongFirst: position, of: object, .init(wanted), base)
                }
            } else {
                let name = unsafe UnsafeRawBufferPointer(
                    start: base + word.offset, count: word.length)
                isRepeated = unsafe isNamed(amongFirst: position, of: object, name, base)
            }
            if isRepeated { return key + 1 }
            key = next(key + 1)
        }
        return nil
    }

    private func isNamed(
        amongFirst count: Int, of object: Int, _ name: UnsafeRawBufferPointer,
        _ base: UnsafeRawPointer
    ) -> Bool {
        var key = object &+ 2
        for _ in 0..<count {
            if unsafe isNamed(key, name, base) { return true }
            key = next(key &+ 1)
        }
        return false
    }

    private func mayHaveDuplicates(
        _ object: Int, _ count: Int, _ base: UnsafeRawPointer
    ) -> Bool {
        var seen: UInt64 = 0
        var key = object &+ 2
        for _ in 0..<count {
            let word = self[key]
            let length = word.length
            if word.has(TapeWord.isEscaped) || length == 0 { return true }
            // The offsets are those of the word's text, which is not empty.
            let first = unsafe base.load(fromByteOffset: word.offset, as: UInt8.self)
            let last = unsafe base.load(fromByteOffset: word.offset &+ length &- 1, as: UInt8.self)
            let sample = UInt64(first) | UInt64(last) &<< 8 | UInt64(length) &<< 16
            let bit = 1 as UInt64 &<< (sample &* 0x9e37_79b9_7f4a_7c15 &>> 58)
            if seen & bit != 0 { return true }
            seen |= bit
            key = next(key &+ 1)
        }
        return false
    }

    /// Whether a member has this name.
    @inline(__always)
    func isNamed(_ key: Int, _ name: UnsafeRawBufferPointer, _ base: UnsafeRawPointer) -> Bool {
        let word = self[key]
        if word.has(TapeWord.isEscaped) {
            return unsafe JSONString.isEqual(base + word.offset, word.length, to: name)
        }
        guard word.length == name.count else { return false }
        // Both have `name.count` bytes.
        return unsafe Self.areEqual(base + word.offset, name)
    }

    /// Whether `name.count` bytes are the same.
    @inline(__always)
    private static func areEqual(_ text: UnsafeRawPointer, _ name: UnsafeRawBufferPointer) -> Bool {
        let count = name.count
        guard let base = name.baseAddress else { return true }
        var at = 0
        // No load reaches beyond the count.
        while count &- at >= 8 {
            let left = unsafe text.loadUnaligned(fromByteOffset: at, as: UInt64.self)
            guard unsafe left == base.loadUnaligned(fromByteOffset: at, as: UInt64.self) else {
                return false
            }
            at &+= 8
        }
        if count >= 8 {
            let left = unsafe text.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
            return unsafe left == base.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
        }
        while at < count {
            let left = unsafe text.load(fromByteOffset: at, as: UInt8.self)
            guard unsafe left == base.load(fromByteOffset: at, as: UInt8.self) else { return false }
            at &+= 1
        }
        return true
    }
}

/// A name as RFC 8259 §8.3 compares it: by its code units, without Unicode normalization.
struct ExactName: Hashable {
    let text: String

    init(_ text: String) { self.text = text }

    static func == (left: ExactName, right: ExactName) -> Bool {
        left.text.isIdenticalUTF8(to: right.text)
    }

    func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { unsafe hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}

extension String {
    /// Whether both have the same code units.
    func isIdenticalUTF8(to other: String) -> Bool {
        utf8.count == other.utf8.count && utf8.elementsEqual(other.utf8)
    }
}
