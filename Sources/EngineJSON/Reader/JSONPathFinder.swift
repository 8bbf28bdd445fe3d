/// Finds the way to a place in a document that is well-formed up to there.
enum JSONPathFinder {
    private struct Level {
        let isObject: Bool
        var index = 0
        var name: Range<Int>?
        var expectsName: Bool
    }

    /// Where a text begins: at a value, or behind members or elements of a container.
    enum Start: Equatable {
        case value
        case members
        case elements(last: Int)
    }

    /// The members and elements around an offset, from the root on.
    static func path(
        in bytes: RawSpan, at offset: Int, from start: Start = .value
    ) -> [JSONError.PathComponent] {
        var levels: [Level] =
            switch start {
            case .value: []
            case .members: [Level(isObject: true, expectsName: true)]
            case .elements(let last): [Level(isObject: false, index: last, expectsName: false)]
            }
        var position = 0
        let end = min(offset, bytes.byteCount)
        while position < end {
            let next = byte(bytes, position)
            position += 1
            switch next {
            case .openBrace: levels.append(Level(isObject: true, expectsName: true))
            case .openBracket: levels.append(Level(isObject: false, expectsName: false))
            case .closeBrace, .closeBracket: _ = levels.popLast()
            case .comma:
                guard let last = levels.indices.last else { break }
                levels[last].index += 1
                levels[last].name = nil
                levels[last].expectsName = levels[last].isObject
            case .quote:
                let start = position
                while position < end, byte(bytes, position) != .quote {
                    position += byte(bytes, position) == .backslash ? 2 : 1
                }
                if let last = levels.indices.last, levels[last].expectsName, position < end {
                    levels[last].name = start..<position
                    levels[last].expectsName = false
                }
                position += 1
            default: break
            }
        }
        return levels.compactMap { level in
            if !level.isObject { return .index(level.index) }
            return level.name.map { .name(JSONString.text(in: bytes, $0)) }
        }
    }
}
