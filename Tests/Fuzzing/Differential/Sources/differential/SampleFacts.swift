import EngineSansIO

// What a sample's bytes are, read anew: a class must not lean on the verdict that it excuses.
extension Sample {
    /// The heads without CR and LF, line by line: interim ones, and the one that counts.
    ///
    /// Empty lines before a head are left out.
    var heads: [[[UInt8]]] {
        var heads: [[[UInt8]]] = [[]]
        for line in bytes.split(separator: .lineFeed, omittingEmptySubsequences: false) {
            let line = line.last == .carriageReturn ? Array(line.dropLast()) : Array(line)
            let head = heads[heads.count - 1]
            if !line.isEmpty {
                heads[heads.count - 1].append(line)
            } else if let start = head.first {
                guard kind != .request, start.count > 9, start[9] == UInt8(ascii: "1"),
                    !start.dropFirst(9).starts(with: "101".utf8)
                else { break }
                heads.append([])
            }
        }
        return heads
    }

    /// The lines of the head that counts.
    var headLines: [[UInt8]] { heads.last ?? [] }

    /// The start lines, those of interim responses too.
    var startLines: [[UInt8]] { heads.compactMap(\.first) }

    /// Whether an empty line stands before a head.
    var hasEmptyLineBeforeHead: Bool {
        let ends: [UInt8] = [.lineFeed, .carriageReturn]
        guard let first = bytes.first, !ends.contains(first) else { return true }
        if startLines.contains(where: { $0.first == .carriageReturn }) { return true }
        let empty = bytes.split(separator: .lineFeed, omittingEmptySubsequences: false)
            .map { $0.allSatisfy(ends.contains) }
        return heads.count > 1 && zip(empty, empty.dropFirst()).contains { $0 && $1 }
    }

    var startLine: String { String(decoding: headLines.first ?? [], as: UTF8.self) }

    /// What stands between the first two spaces of the start line, or behind the only one.
    var secondWord: String {
        let words = startLine.split(separator: " ", omittingEmptySubsequences: false)
        return words.count > 1 ? String(words[1]) : ""
    }

    var firstWord: String {
        String(startLine.split(separator: " ", omittingEmptySubsequences: false).first ?? "")
    }

    /// The values of a head's fields with a name, white space and all.
    func rawValues(of name: String) -> [String] { rawValues(of: name, in: headLines) }

    /// The values of the fields with a name in all heads.
    func rawValuesEverywhere(of name: String) -> [[String]] {
        heads.map { rawValues(of: name, in: $0) }
    }

    private func rawValues(of name: String, in lines: [[UInt8]]) -> [String] {
        lines.dropFirst().compactMap { line in
            guard let colon = line.firstIndex(of: .colon) else { return nil }
            let found = String(decoding: line[..<colon], as: UTF8.self)
            guard found.lowercased() == name else { return nil }
            return String(decoding: line[(colon + 1)...], as: UTF8.self)
        }
    }

    /// Whether a line ends in LF alone.
    var hasLoneLineFeed: Bool {
        bytes.indices.contains {
            bytes[$0] == .lineFeed && ($0 == 0 || bytes[$0 - 1] != .carriageReturn)
        }
    }

    /// Whether a line begins with white space.
    var hasFoldedLine: Bool {
        zip(bytes, bytes.dropFirst()).contains { $0 == .lineFeed && $1.isHTTPWhitespace }
    }

    /// Whether a CR stands before something else than LF.
    var hasLoneCarriageReturn: Bool {
        bytes.indices.contains {
            bytes[$0] == .carriageReturn
                && ($0 + 1 == bytes.count || bytes[$0 + 1] != .lineFeed)
        }
    }

    /// Whether a line behind the head is named as those that frame a body.
    var hasFramingInTrailers: Bool {
        let lines = bytes.split(separator: .lineFeed).dropFirst(headLines.count)
        return lines.contains { line in
            let name = String(decoding: line.prefix { $0 != .colon }, as: UTF8.self).lowercased()
            return ["content-length", "transfer-encoding"].contains(name)
        }
    }

    /// The lines, anywhere, that look like a chunk's size with an extension.
    var chunkExtensions: [String] {
        bytes.split(separator: .lineFeed).compactMap { line in
            guard let semicolon = line.firstIndex(of: .semicolon), let first = line.first,
                first.hexDigitValue != nil
            else { return nil }
            let start = line[..<semicolon].lastIndex { !$0.isHTTPWhitespace } ?? line.startIndex
            return String(decoding: line[(start + 1)...], as: UTF8.self)
        }
    }
}

extension String {
    /// Without spaces and tabs at its ends.
    var trimmed: String {
        let isSpace = { (scalar: UnicodeScalar) in scalar == " " || scalar == "\t" }
        var scalars = unicodeScalars[...]
        while let first = scalars.first, isSpace(first) { scalars.removeFirst() }
        while let last = scalars.last, isSpace(last) { scalars.removeLast() }
        return String(scalars)
    }
}
