/// Writes a scanned document anew, its tokens as they are spelled.
struct JSONFormatter {
    private let document: JSONDocument

    init(_ document: JSONDocument) { self.document = document }

    /// Writes the text of an encoder anew; of members with one name the last stays.
    static func format(_ bytes: [UInt8], as format: JSONCoding.Format) -> [UInt8] {
        // What an encoder nested is not limited here: neither scanning nor writing recurses.
        let scanner = JSONScanner(maximumDepth: .max, rejectsDuplicates: false)
        do throws(JSONError) {
            // Bytes have no padding.
            let document = try JSONDocument(unsafe bytes.span.bytes, JSONCoding(), scanner)
            return JSONFormatter(document).format(as: format)
        } catch {
            preconditionFailure("an encoder has written invalid JSON: \(error)")
        }
    }

    /// An open container: the indices of its names or elements in order, and the next of them.
    private struct Level {
        let isObject: Bool
        let children: [Int]
        var position = 0
    }

    /// The document with other white space.
    func format(as format: JSONCoding.Format) -> [UInt8] {
        var buffer = JSONBuffer()
        var levels: [Level] = []
        var next: Int? = 1
        while true {
            if let value = next {
                let word = document.tape[value]
                if word.isContainer {
                    let isObject = word.kind == .object
                    buffer.append(isObject ? .openBrace : .openBracket)
                    levels.append(
                        Level(
                            isObject: isObject,
                            children: isObject ? names(value, format) : elements(value)))
                } else {
                    scalar(value, to: &buffer)
                }
            }
            guard let last = levels.indices.last else { return buffer.bytes }
            let level = levels[last]
            levels[last].position += 1
            guard level.position < level.children.count else {
                levels.removeLast()
                if format.isIndented && !level.children.isEmpty { newLine(levels.count, &buffer) }
                buffer.append(level.isObject ? .closeBrace : .closeBracket)
                next = nil
                continue
            }
            if level.position > 0 { buffer.append(.comma) }
            if format.isIndented { newLine(levels.count, &buffer) }
            let child = level.children[level.position]
            if level.isObject {
                quoted(child, to: &buffer)
                buffer.append(.colon)
                if format.isIndented { buffer.append(.space) }
            }
            next = level.isObject ? child + 1 : child
        }
    }

    private func newLine(_ depth: Int, _ buffer: inout JSONBuffer) {
        buffer.append(.lineFeed)
        for _ in 0..<depth { buffer.append("  ") }
    }

    private func elements(_ array: Int) -> [Int] {
        var elements: [Int] = []
        var element = array + 2
        for _ in 0..<document.tape[array].length {
            elements.append(element)
            element = document.tape.next(element)
        }
        return elements
    }

    private func names(_ object: Int, _ format: JSONCoding.Format) -> [Int] {
        var names: [Int] = []
        document.forEachMember(of: object) { name, _ in names.append(name) }
        if document.hasDuplicates(object) {
            var places: [ExactName: Int] = [:]
            var unique: [Int] = []
            for name in names {
                let place = places[ExactName(document.string(name)), default: unique.count]
                if place < unique.count {
                    unique[place] = name
                } else {
                    places[ExactName(document.string(name))] = place
                    unique.append(name)
                }
            }
            names = unique
        }
        guard format.sortsNames else { return names }
        return names.map { (document.string($0), $0) }
            .sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }.map(\.1)
    }

    private func scalar(_ value: Int, to buffer: inout JSONBuffer) {
        switch document.tape[value].kind {
        case .null: buffer.append("null")
        case .no: buffer.append("false")
        case .yes: buffer.append("true")
        case .string: quoted(value, to: &buffer)
        default: unsafe buffer.append(document.text(value).bindMemory(to: UInt8.self))
        }
    }

    private func quoted(_ string: Int, to buffer: inout JSONBuffer) {
        buffer.append(.quote)
        unsafe buffer.append(document.text(string).bindMemory(to: UInt8.self))
        buffer.append(.quote)
    }
}
