extension JSONBuffer {
    /// A number in the shortest form that reads back as the same; false for infinities and NaN, of
    /// which nothing is written.
    mutating func real(_ value: some BinaryFormat) -> Bool {
        guard value.isFinite else { return false }
        append(JSONNumber.shortest(value.description))
        return true
    }

    /// A value, however deep.
    mutating func value(_ root: JSONValue) {
        // Open containers and the positions in them: nesting costs no stack.
        var open: [(elements: [JSONValue], members: [JSONObject.Member], position: Int)] = []
        var next: JSONValue? = root
        while true {
            switch next {
            case .null?: append("null")
            case .bool(let value)?: bool(value)
            case .number(let number)?: append(number.text)
            case .string(let text)?: string(text)
            case .array(let elements)?:
                append(.openBracket)
                if elements.isEmpty {
                    append(.closeBracket)
                } else {
                    open.append((elements, [], 0))
                }
            case .object(let object)?:
                append(.openBrace)
                if object.isEmpty {
                    append(.closeBrace)
                } else {
                    open.append(([], object.members, 0))
                }
            case nil: break
            }
            guard let last = open.indices.last else { return }
            let position = open[last].position
            open[last].position += 1
            if position < open[last].elements.count {
                if position > 0 { append(.comma) }
                next = open[last].elements[position]
            } else if position < open[last].members.count {
                if position > 0 { append(.comma) }
                string(open[last].members[position].name)
                append(.colon)
                next = open[last].members[position].value
            } else {
                append(open[last].members.isEmpty ? .closeBracket : .closeBrace)
                open.removeLast()
                next = nil
            }
        }
    }
}
