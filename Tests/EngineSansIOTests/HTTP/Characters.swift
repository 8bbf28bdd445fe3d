/// Character classes written out, to hold the bit masks of the library against.
enum Characters {
    static let token = Set(
        ("!#$%&'*+-.^_`|~" + "0123456789" + "abcdefghijklmnopqrstuvwxyz"
            + "ABCDEFGHIJKLMNOPQRSTUVWXYZ").utf8)

    /// U+0000 to U+00FF, as text of one scalar each.
    static let latin1 = (UInt8.min...UInt8.max).map { String(UnicodeScalar($0)) }
}
