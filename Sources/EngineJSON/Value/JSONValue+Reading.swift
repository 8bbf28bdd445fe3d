extension JSONValue {
    /// Reads a document.
    ///
    /// - Parameters:
    ///   - bytes: The document in UTF-8. A byte order mark at its start is skipped.
    ///   - coding: The limit of nesting and the reading of duplicates.
    /// - Throws: ``JSONError``.
    public init(
        parsing bytes: RawSpan, by coding: JSONCoding = JSONCoding()
    ) throws(JSONError) {
        self.init(try JSONDocument(bytes, coding), 1)
    }

    /// Reads a document.
    ///
    /// - Parameters:
    ///   - bytes: The document in UTF-8. A byte order mark at its start is skipped.
    ///   - coding: The limit of nesting and the reading of duplicates.
    /// - Throws: ``JSONError``.
    public init(
        parsing bytes: [UInt8], by coding: JSONCoding = JSONCoding()
    ) throws(JSONError) {
        // Bytes have no padding.
        try self.init(parsing: unsafe bytes.span.bytes, by: coding)
    }

    /// The value at an index of the tape. Its depth, and with it the recursion, is limited.
    init(_ document: JSONDocument, _ index: Int) {
        switch document.tape[index].kind {
        case .null: self = .null
        case .no: self = .bool(false)
        case .yes: self = .bool(true)
        case .integer, .real:
            self = .number(JSONNumber(scanned: document.string(index)))
        case .string: self = .string(document.string(index))
        case .array: self = .array(Self.elements(document, index))
        case .object: self = .object(Self.members(document, index))
        }
    }

    private static func elements(_ document: JSONDocument, _ index: Int) -> [JSONValue] {
        let count = document.tape[index].length
        var elements: [JSONValue] = []
        elements.reserveCapacity(count)
        var element = index &+ 2
        for _ in 0..<count {
            elements.append(JSONValue(document, element))
            element = document.tape.next(element)
        }
        return elements
    }

    private static func members(_ document: JSONDocument, _ index: Int) -> JSONObject {
        var members: [JSONObject.Member] = []
        members.reserveCapacity(document.tape[index].length)
        document.forEachMember(of: index) { name, value in
            members.append(
                JSONObject.Member(
                    name: document.string(name), value: JSONValue(document, value)))
        }
        return document.hasDuplicates(index)
            ? JSONObject(merging: members) : JSONObject(unique: members)
    }
}
