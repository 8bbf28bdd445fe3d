extension JSONCoding {
    /// Decodes a value from a document.
    ///
    /// - Parameters:
    ///   - type: The value's type.
    ///   - bytes: The document in UTF-8. A byte order mark at its start is skipped.
    /// - Throws: `DecodingError`: `dataCorrupted` with a ``JSONError`` as its underlying error when the
    ///   document is not JSON or exceeds a limit, otherwise the case that says how the document and the
    ///   type differ; and any error of the type's own.
    public func decode<T: Decodable>(
        _ type: T.Type = T.self, from bytes: RawSpan
    ) throws -> T {
        var document = try document(bytes)
        defer {
            // A decoder that someone kept still needs the bytes.
            if !isKnownUniquelyReferenced(&document) { document.detach() }
        }
        return try JSONNode(document, 1).unbox(type)
    }

    /// Decodes a value from a document.
    ///
    /// - Parameters:
    ///   - type: The value's type.
    ///   - bytes: The document in UTF-8. A byte order mark at its start is skipped.
    /// - Throws: `DecodingError`: `dataCorrupted` with a ``JSONError`` as its underlying error when the
    ///   document is not JSON or exceeds a limit, otherwise the case that says how the document and the
    ///   type differ; and any error of the type's own.
    public func decode<T: Decodable>(
        _ type: T.Type = T.self, from bytes: [UInt8]
    ) throws -> T {
        // Bytes have no padding.
        try decode(type, from: unsafe bytes.span.bytes)
    }

    /// Checks that a document is JSON within the limits, without decoding it.
    ///
    /// - Throws: ``JSONError``.
    public func validate(_ bytes: RawSpan) throws(JSONError) {
        _ = try JSONDocument(bytes, self)
    }

    /// Checks that a document is JSON within the limits, without decoding it.
    ///
    /// - Throws: ``JSONError``.
    public func validate(_ bytes: [UInt8]) throws(JSONError) {
        // Bytes have no padding.
        try validate(unsafe bytes.span.bytes)
    }

    private func document(_ bytes: RawSpan) throws -> JSONDocument {
        do throws(JSONError) {
            return try JSONDocument(bytes, self)
        } catch {
            throw DecodingError.dataCorrupted(
                DecodingError.Context(
                    codingPath: [], debugDescription: "the document is not valid JSON: \(error)",
                    underlyingError: error))
        }
    }
}
