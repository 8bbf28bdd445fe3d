extension JSONCoding {
    /// Encodes a value.
    ///
    /// - Throws: `EncodingError.invalidValue` for an infinity or NaN, unless ``nonFinite`` says how to
    ///   write it, and for a value that encodes nothing; and any error of the value's own.
    /// - Returns: The document in UTF-8.
    public func encode<T: Encodable>(_ value: T) throws -> [UInt8] {
        let output = JSONOutput(self)
        try output.root(value)
        let bytes = output.bytes()
        guard output.mayHaveDuplicates || format != Format() else { return bytes }
        return JSONFormatter.format(bytes, as: format)
    }

    /// Encodes a value at the end of other bytes, such as a request's body.
    ///
    /// - Throws: As ``encode(_:)``; then nothing is appended.
    public func encode<T: Encodable>(_ value: T, appendingTo bytes: inout [UInt8]) throws {
        let output = JSONOutput(self)
        try output.root(value)
        if !output.mayHaveDuplicates && format == Format() {
            output.appendAll(to: &bytes)
        } else {
            bytes += JSONFormatter.format(output.bytes(), as: format)
        }
    }

    /// Writes a document anew with this coder's ``format``. Numbers and strings keep their spelling,
    /// members by ``duplicates``.
    ///
    /// - Throws: ``JSONError`` when it is not JSON or exceeds a limit.
    public func reformat(_ bytes: RawSpan) throws(JSONError) -> [UInt8] {
        JSONFormatter(try JSONDocument(bytes, self)).format(as: format)
    }

    /// Writes a document anew with this coder's ``format``. Numbers and strings keep their spelling,
    /// members by ``duplicates``.
    ///
    /// - Throws: ``JSONError`` when it is not JSON or exceeds a limit.
    public func reformat(_ bytes: [UInt8]) throws(JSONError) -> [UInt8] {
        // Bytes have no padding.
        try reformat(unsafe bytes.span.bytes)
    }
}

extension JSONOutput {
    /// Writes the value of a document.
    func root<T: Encodable>(_ value: T) throws {
        try write(value)
        guard records.first?.kind != .pending else {
            throw EncodingError.invalidValue(
                value,
                EncodingError.Context(
                    codingPath: [], debugDescription: "\(T.self) encodes no value"))
        }
    }

    func appendAll(to bytes: inout [UInt8]) {
        if !records.isEmpty { finish(0) }
        buffer.append(0..<buffer.count, to: &bytes)
    }
}
