/// Names in snake case for keys in camel case and back, as Foundation converts them.
enum SnakeCase {
    /// `last_update` becomes `lastUpdate`; underscores at both ends stay.
    static func camelCase(_ name: String) -> String {
        let text = name.unicodeScalars
        guard let first = text.firstIndex(where: { $0 != "_" }),
            let last = text.lastIndex(where: { $0 != "_" })
        else { return name }
        let words = text[first...last].split(separator: "_")
        var result = String(text[..<first])
        if words.count == 1 {
            result += String(words[0])
        } else {
            result += String(words[0]).lowercased()
            for word in words.dropFirst() { result += capitalized(String(word)) }
        }
        return result + String(text[text.index(after: last)...])
    }

    /// The first letter of each run of letters in title case, the others in lower case.
    private static func capitalized(_ word: String) -> String {
        var result = ""
        var isInside = false
        for scalar in word.unicodeScalars {
            let properties = scalar.properties
            result += isInside ? properties.lowercaseMapping : properties.titlecaseMapping
            isInside = properties.isAlphabetic
        }
        return result
    }

    /// `lastUpdate` becomes `last_update`, and `myURLProperty` becomes `my_url_property`.
    static func snakeCase(_ key: String) -> String {
        let text = Array(key)
        var words: [String] = []
        var start = 0
        var position = 1
        while position < text.count {
            guard text[position].isUppercase else {
                position += 1
                continue
            }
            words.append(String(text[start..<position]))
            start = position
            var end = position + 1
            while end < text.count, !text[end].isLowercase { end += 1 }
            // Several capitals are a word of their own, except for the last before small letters.
            if end < text.count, end > position + 1 {
                words.append(String(text[position..<end - 1]))
                start = end - 1
            }
            position = max(end, position + 1)
        }
        if start < text.count { words.append(String(text[start...])) }
        return words.joined(separator: "_").lowercased()
    }
}
