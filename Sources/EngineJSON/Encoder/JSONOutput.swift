/// JSON that is written while values encode themselves.
///
/// Text is written in the order of the calls, so that nothing is copied. A container that is closed,
/// since its parent went on, writes to an overflow, which is put in its place at the end.
final class JSONOutput {
    /// The value of an encoder: nothing yet, a single value, or a container.
    struct Record {
        enum Kind: UInt8 {
            case pending
            case single
            case object
            case array
            /// What it belongs to failed and was taken back.
            case dead
        }

        var kind: Kind
        var isEmpty = true
        let parent: Int32
        let start: Int
        /// Where its closing bracket is; of a pending one where `{}` stands for it; -1 when open.
        var end = -1
        /// Bits of the hashes of its names.
        var names: UInt64 = 0
    }

    // No accessor calls out, and an encoder can't be sent to another thread.
    @exclusivity(unchecked) @safe var buffer: JSONBuffer
    @exclusivity(unchecked) @safe private(set) var records: [Record] = []
    @exclusivity(unchecked) @safe private var current = -1
    @exclusivity(unchecked) @safe private var overflows: [Int: JSONOutput] = [:]
    @exclusivity(unchecked) @safe private(set) var mayHaveDuplicates = false
    let coding: JSONCoding
    private let prefix: [any CodingKey]
    private let start: JSONPathFinder.Start

    /// Makes an output for a value, or for more of a container at a path.
    init(
        _ coding: JSONCoding, prefix: [any CodingKey] = [],
        start: JSONPathFinder.Start = .value
    ) {
        self.coding = coding
        self.prefix = prefix
        self.start = start
        buffer = JSONBuffer()
        records.reserveCapacity(8)
    }

    /// Begins the value of an encoder.
    @inline(__always)
    func begin() -> Int {
        let record = records.count
        records.append(
            Record(kind: .pending, parent: Int32(truncatingIfNeeded: current), start: buffer.count))
        current = record
        return record
    }

    /// Ends an encoder's value, when its `encode(to:)` has returned.
    @inline(__always)
    func finish(_ record: Int) {
        guard records[record].end < 0 else { return }
        enter(record)
        close()
    }

    /// Makes an open record the innermost.
    @inline(__always)
    private func enter(_ record: Int) {
        while current != record { close() }
    }

    private func close() {
        let record = current
        records[record].end = buffer.count
        switch records[record].kind {
        case .pending: buffer.append("{}")
        // What an overflow goes on with is closed where it began.
        case _ where record == 0 && start != .value: break
        case .object: buffer.append(.closeBrace)
        case .array: buffer.append(.closeBracket)
        case .single, .dead: break
        }
        current = Int(records[record].parent)
    }

    /// Where a record's next text goes.
    @inline(__always)
    func open(_ record: Int) -> (output: JSONOutput, record: Int) {
        guard records[record].end < 0 else { return overflow(record) }
        enter(record)
        return (self, record)
    }

    @inline(never)
    private func overflow(_ record: Int) -> (output: JSONOutput, record: Int) {
        let output: JSONOutput
        if let known = overflows[record] {
            output = known
        } else {
            output = JSONOutput(coding, prefix: path(at: record), start: continuation(record))
            overflows[record] = output
            mayHaveDuplicates = true
            _ = output.begin()
            output.records[0].kind = records[record].kind
            output.records[0].isEmpty = records[record].isEmpty
        }
        return output.open(0)
    }

    private func continuation(_ record: Int) -> JSONPathFinder.Start {
        switch records[record].kind {
        case .object, .dead: .members
        case .array: .elements(last: path(offset: records[record].end).last?.intValue ?? 0)
        case .pending, .single: .value
        }
    }

    /// Makes the value of an open, innermost record a container, unless it is that already.
    @inline(__always)
    func become(_ kind: Record.Kind, _ record: Int) {
        if records[record].kind == .pending {
            records[record].kind = kind
            buffer.append(kind == .object ? .openBrace : .openBracket)
        }
        precondition(
            records[record].kind == kind || records[record].kind == .dead,
            "an encoder's value can be only one of an object, an array and a single value")
    }

    /// Makes the value of an open, innermost record a single value, which follows.
    @inline(__always)
    func becomeSingle(_ record: Int) {
        precondition(
            records[record].kind == .pending || records[record].kind == .dead,
            "an encoder's single value can be encoded only once")
        records[record].kind = .single
    }

    /// Begins an element of an open, innermost record.
    @inline(__always)
    func element(_ record: Int) {
        if records[record].isEmpty {
            records[record].isEmpty = false
        } else {
            buffer.append(.comma)
        }
    }

    /// Begins a member of an open, innermost record.
    @inline(__always)
    func member(_ name: String, _ record: Int) {
        element(record)
        let start = buffer.count
        buffer.string(name)
        let length = buffer.count &- start
        let sample = buffer.sample(start, length)
        let bit = 1 as UInt64 &<< (sample &* 0x9e37_79b9_7f4a_7c15 &>> 58)
        if records[record].names & bit != 0 { mayHaveDuplicates = true }
        records[record].names |= bit
        buffer.append(.colon)
    }

    /// Does `body`, which writes in an open, innermost record, and takes all back when it throws.
    @inline(__always)
    func writing(_ record: Int, _ body: () throws -> Void) throws {
        let count = buffer.count
        let isEmpty = records[record].isEmpty
        let next = records.count
        do {
            try body()
        } catch {
            if records[record].end < 0 { takeBack(record, count, isEmpty, next) }
            throw error
        }
    }

    @inline(never)
    private func takeBack(_ record: Int, _ count: Int, _ isEmpty: Bool, _ next: Int) {
        current = record
        buffer.truncate(to: count)
        records[record].isEmpty = isEmpty
        for later in next..<records.count {
            records[later].kind = .dead
            records[later].end = count
        }
    }

    /// The path to a record's value, found in the text up to there.
    func path(at record: Int) -> [any CodingKey] { path(offset: records[record].start) }

    /// The path to what is written next.
    var currentPath: [any CodingKey] { path(offset: buffer.count) }

    private func path(offset: Int) -> [any CodingKey] {
        let components = buffer.withPrefix(offset) {
            JSONPathFinder.path(in: $0, at: offset, from: start)
        }
        return prefix
            + components.map { component in
                switch component {
                case .name(let name): JSONKey(name: name)
                case .index(let index): JSONKey(index: index)
                }
            }
    }

    /// All that was written, and no more can be.
    func bytes() -> [UInt8] {
        if !records.isEmpty { finish(0) }
        if overflows.isEmpty { return buffer.bytes }
        var bytes: [UInt8] = []
        append(to: &bytes)
        return bytes
    }

    private func append(to bytes: inout [UInt8]) {
        finish(0)
        var position = 0
        let places = overflows.filter { records[$0.key].kind != .dead }
            .sorted { records[$0.key].end < records[$1.key].end }
        for (record, overflow) in places {
            buffer.append(position..<records[record].end, to: &bytes)
            overflow.append(to: &bytes)
            position = records[record].end
            // An overflow of a pending value replaces its `{}`.
            if records[record].kind == .pending { position += 2 }
        }
        buffer.append(position..<buffer.count, to: &bytes)
    }
}
