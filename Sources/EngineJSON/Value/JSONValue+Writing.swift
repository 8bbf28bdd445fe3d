extension JSONValue {
    /// The value as a document in UTF-8. Members keep their order and numbers their spelling.
    ///
    /// - Parameter format: The white space, and whether members are sorted.
    public func bytes(as format: JSONCoding.Format = JSONCoding.Format()) -> [UInt8] {
        var buffer = JSONBuffer()
        buffer.value(self)
        return format == JSONCoding.Format()
            ? buffer.bytes : JSONFormatter.format(buffer.bytes, as: format)
    }
}

extension JSONValue: CustomStringConvertible {
    /// The value as JSON.
    public var description: String { String(decoding: bytes(), as: UTF8.self) }
}
