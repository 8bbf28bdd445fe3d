/// The kinds of a value. Those from `array` on have other values inside.
enum JSONKind: UInt8 {
    case null
    case no
    case yes
    case integer
    case real
    case string
    case array
    case object

    /// For an error's text.
    var name: String {
        switch self {
        case .null: "null"
        case .no, .yes: "a boolean"
        case .integer, .real: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}

/// A value as the scanner leaves it, in 64 bits: its kind (3), flags (3), a length (29) and an
/// offset (29).
///
/// A number's or string's length and offset are those of its text, without quotes. A container has
/// the count of its elements or members and the index of the word behind it. A second word of it holds
/// the cursor of the last search. Elements follow, or a word for each name and the words of its value.
struct TapeWord {
    /// Documents are shorter than this.
    static let limit = 1 << 29

    static let isEscaped: UInt64 = 1 << 58
    static let isNotASCII: UInt64 = 1 << 59
    static let isChecked: UInt64 = 1 << 58
    static let needsIndex: UInt64 = 1 << 59

    var bits: UInt64

    @inline(__always)
    init(bits: UInt64) { self.bits = bits }

    @inline(__always)
    init(_ kind: JSONKind, length: Int, offset: Int, flags: UInt64 = 0) {
        bits =
            UInt64(kind.rawValue) &<< 61 | flags | UInt64(truncatingIfNeeded: length) &<< 29
            | UInt64(truncatingIfNeeded: offset)
    }

    @inline(__always)
    var kind: JSONKind {
        switch bits &>> 61 {
        case 0: .null
        case 1: .no
        case 2: .yes
        case 3: .integer
        case 4: .real
        case 5: .string
        case 6: .array
        default: .object
        }
    }
    @inline(__always)
    var isContainer: Bool { bits &>> 61 >= 6 }
    @inline(__always)
    var length: Int { Int(truncatingIfNeeded: bits &>> 29 & 0x1fff_ffff) }
    @inline(__always)
    var offset: Int { Int(truncatingIfNeeded: bits & 0x1fff_ffff) }
    @inline(__always)
    func has(_ flag: UInt64) -> Bool { bits & flag != 0 }
}

/// Words in memory of their own, which the owner frees.
@safe
struct JSONTape {
    private(set) var words: UnsafeMutablePointer<UInt64>
    private(set) var count = 0
    private var capacity: Int

    init(capacity: Int) {
        self.capacity = capacity
        unsafe words = .allocate(capacity: capacity)
    }

    func deallocate() { unsafe words.deallocate() }

    @inline(__always)
    subscript(_ index: Int) -> TapeWord {
        get {
            assert(index >= 0 && index < count)
            // Every index comes from a word of the same tape, which the scanner wrote.
            return TapeWord(bits: unsafe words[index])
        }
        nonmutating set {
            assert(index >= 0 && index < count)
            // As above.
            unsafe words[index] = newValue.bits
        }
    }

    @inline(__always)
    mutating func append(_ word: TapeWord) {
        if count == capacity { grow() }
        // `grow` has made room.
        unsafe (words + count).initialize(to: word.bits)
        count &+= 1
    }

    @inline(never)
    private mutating func grow() {
        let larger = UnsafeMutablePointer<UInt64>.allocate(capacity: capacity * 2)
        unsafe larger.moveInitialize(from: words, count: count)
        unsafe words.deallocate()
        unsafe words = larger
        capacity *= 2
    }

    /// The index of the word behind a value.
    @inline(__always)
    func next(_ index: Int) -> Int {
        let word = self[index]
        return word.isContainer ? word.offset : index &+ 1
    }
}
