/// A document that is being decoded: its bytes, its tape and the settings.
///
/// The bytes are the caller's. Before their scope ends `detach` copies them if a decoder escaped.
@safe
final class JSONDocument {
    // The decoder's types are not `Sendable`, and no accessor calls out: the checks would find
    // nothing.
    @exclusivity(unchecked) private(set) var base: UnsafeRawPointer
    @safe @exclusivity(unchecked) private(set) var tape: JSONTape
    @exclusivity(unchecked) private var copy: UnsafeMutableRawPointer?
    @safe @exclusivity(unchecked) private var indexes: [Int: [ExactName: Int]] = [:]
    @safe @exclusivity(unchecked) private var parents: [Int32] = []
    @safe @exclusivity(unchecked) private var positions: [Int32] = []
    @safe @exclusivity(unchecked) private var pathBudget: Int
    @safe @exclusivity(unchecked) private var missing: [Int: [any CodingKey]] = [:]
    private let byteCount: Int
    let coding: JSONCoding

    /// Scans a document whose bytes stay where they are until `detach`.
    init(
        _ bytes: RawSpan, _ coding: JSONCoding, _ scanner: JSONScanner? = nil
    ) throws(JSONError) {
        // A value has six bytes on average; the tape grows when they are fewer.
        var tape = JSONTape(capacity: bytes.byteCount / 5 + 16)
        do throws(ScanFault) {
            try (scanner ?? coding.scanner).scan(bytes, onto: &tape)
        } catch {
            tape.deallocate()
            throw JSONError(error, in: bytes)
        }
        self.tape = tape
        self.coding = coding
        byteCount = bytes.byteCount
        pathBudget = 4 * tape.count + 64
        // A document that was accepted has bytes; the caller keeps them in place.
        unsafe base = bytes.withUnsafeBytes {
            unsafe $0.baseAddress ?? UnsafeRawPointer(tape.words)
        }
    }

    deinit {
        tape.deallocate()
        unsafe copy?.deallocate()
    }

    /// Copies the bytes, for decoders that outlive the caller's.
    func detach() {
        let copy = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 8)
        unsafe copy.copyMemory(from: base, byteCount: byteCount)
        unsafe self.copy = copy
        unsafe base = UnsafeRawPointer(copy)
    }

    @inline(__always)
    func text(_ index: Int) -> UnsafeRawBufferPointer {
        let word = tape[index]
        // Offset and length come from the scanner.
        return unsafe UnsafeRawBufferPointer(start: base + word.offset, count: word.length)
    }

    @inline(__always)
    func string(_ index: Int) -> String { unsafe tape.name(index, base) }

    /// The index of the value of an object's member; 0 when there is none.
    @inline(never)
    func member(_ name: consuming String, of object: Int) -> Int {
        if needsIndex(object) { return index(of: object)[ExactName(name)] ?? 0 }
        let count = tape[object].length
        if count == 0 { return 0 }
        return name.withUTF8 { wanted in
            // Members are mostly asked for in their order, or for one twice.
            let cursor = tape[object &+ 1]
            var key = cursor.offset
            var position = cursor.length
            for _ in 0..<count {
                if unsafe tape.isNamed(key, UnsafeRawBufferPointer(wanted), base) {
                    tape[object &+ 1] = TapeWord(.null, length: position, offset: key)
                    return key &+ 1
                }
                position &+= 1
                if position == count {
                    position = 0
                    key = object &+ 2
                } else {
                    key = tape.next(key &+ 1)
                }
            }
            return 0
        }
    }

    /// Whether searches of an object go to an index, as a walk would be slow, find the first duplicate
    /// or not know the keys.
    @inline(__always)
    func needsIndex(_ object: Int) -> Bool {
        let head = tape[object]
        return (head.has(TapeWord.isChecked) ? head : check(object)).has(TapeWord.needsIndex)
    }

    @inline(never)
    private func check(_ object: Int) -> TapeWord {
        let head = tape[object]
        let needsIndex =
            unsafe head.length > JSONTape.pairLimit || coding.keys == .snakeCase
            || tape.firstDuplicate(in: object, base) != nil
        let word = TapeWord(
            bits: head.bits | TapeWord.isChecked | (needsIndex ? TapeWord.needsIndex : 0))
        tape[object] = word
        return word
    }

    /// Whether two members of an object have one name.
    func hasDuplicates(_ object: Int) -> Bool {
        unsafe coding.duplicates == .lastWins && tape.firstDuplicate(in: object, base) != nil
    }

    private func index(of object: Int) -> [ExactName: Int] {
        if let index = indexes[object] { return index }
        var index: [ExactName: Int] = [:]
        index.reserveCapacity(tape[object].length)
        forEachMember(of: object) { index[ExactName(key($0))] = $1 }
        indexes[object] = index
        return index
    }

    /// A member's name as keys see it.
    func key(_ index: Int) -> String {
        let name = string(index)
        return coding.keys == .snakeCase ? SnakeCase.camelCase(name) : name
    }

    @inline(__always)
    func forEachMember<Failure: Error>(
        of object: Int, _ body: (_ name: Int, _ value: Int) throws(Failure) -> Void
    ) throws(Failure) {
        var key = object &+ 2
        for _ in 0..<tape[object].length {
            try body(key, key &+ 1)
            key = tape.next(key &+ 1)
        }
    }

    /// A null that is not in the document, for the super decoder of a missing member.
    func missingValue(at path: [any CodingKey]) -> Int {
        missing[tape.count] = path
        tape.append(TapeWord(.null, length: 0, offset: 0))
        return tape.count - 1
    }

    // MARK: Paths

    /// The keys from the root to a value.
    func path(to target: Int) -> [any CodingKey] {
        if !missing.isEmpty, let path = missing[target] { return path }
        if pathBudget > 0 { return searchedPath(to: target) }
        if parents.isEmpty { findParents() }
        var path: [any CodingKey] = []
        var index = target
        while index > 1 {
            let parent = Int(parents[index])
            if tape[parent].kind == .object {
                path.append(JSONKey(name: string(index - 1)))
            } else {
                path.append(JSONKey(index: Int(positions[index])))
            }
            index = parent
        }
        return path.reversed()
    }

    /// The path by a walk from the root, which costs too much for every value of a large document.
    private func searchedPath(to target: Int) -> [any CodingKey] {
        var path: [any CodingKey] = []
        var current = 1
        while current < target {
            let isObject = tape[current].kind == .object
            var value = current + (isObject ? 3 : 2)
            var position = 0
            while tape.next(value) <= target {
                value = tape.next(value) + (isObject ? 1 : 0)
                position += 1
            }
            pathBudget -= position + 1
            path.append(isObject ? JSONKey(name: string(value - 1)) : JSONKey(index: position))
            current = value
        }
        return path
    }

    /// Notes each value's container and its position there.
    private func findParents() {
        parents = Array(repeating: 0, count: tape.count)
        positions = parents
        for container in 1..<tape.count where tape[container].isContainer {
            let skipped = tape[container].kind == .object ? 1 : 0
            var value = container + 2 + skipped
            for position in 0..<tape[container].length {
                parents[value] = Int32(container)
                positions[value] = Int32(position)
                value = tape.next(value) + skipped
            }
        }
    }
}
