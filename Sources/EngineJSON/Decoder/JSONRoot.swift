/// A document's root: some of its members can be read before the whole is decoded, in one pass.
package struct JSONRoot: ~Copyable {
    fileprivate let document: JSONDocument

    /// The text of a member; nil when the root is no object, or the member missing or no string.
    package func text(_ name: String) -> String? {
        guard document.tape[1].kind == .object else { return nil }
        let index = document.member(name, of: 1)
        guard index != 0, document.tape[index].kind == .string else { return nil }
        return document.string(index)
    }

    /// Decodes the root.
    package func decode<T: Decodable>(_ type: T.Type = T.self) throws -> T {
        try JSONNode(document, 1).unbox(type)
    }
}

extension JSONCoding {
    /// Reads a document and hands out its root.
    ///
    /// - Throws: ``JSONError`` when the document is not JSON or exceeds a limit, and errors of the closure.
    package func withRoot<R>(
        of bytes: RawSpan, _ read: (borrowing JSONRoot) throws -> R
    ) throws -> R {
        var document = try JSONDocument(bytes, self)
        let result = Result { try read(JSONRoot(document: document)) }
        // A decoder that someone kept still needs the bytes.
        if !isKnownUniquelyReferenced(&document) { document.detach() }
        return try result.get()
    }
}
