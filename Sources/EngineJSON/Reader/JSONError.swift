/// A document that is not JSON, or that exceeds a limit.
///
/// ``description`` may be shown to anyone: it holds no byte of the document. ``path`` holds names of
/// the document's members and belongs in a log.
public struct JSONError: Error, Sendable, Hashable {
    /// What is wrong.
    public enum Code: Sendable, Hashable {
        /// A byte that the grammar does not allow there (RFC 8259 §2).
        case unexpectedByte
        /// The document ends too early.
        case unexpectedEnd
        /// A string is not UTF-8 (RFC 3629): truncated, overlong, a surrogate or over U+10FFFF.
        case invalidUTF8
        /// A control character inside a string is not escaped.
        case controlCharacter
        /// A backslash is followed by a character that has no meaning there.
        case invalidEscape
        /// An escaped UTF-16 surrogate has no partner.
        case unpairedSurrogate
        /// Arrays and objects are nested deeper than ``JSONCoding/maximumDepth``.
        case depthLimit
        /// An object has two members of one name, and ``JSONCoding/duplicates`` rejects that.
        case duplicateName
        /// The document has 512 MiB or more.
        case sizeLimit
    }

    /// A step from a value to one inside.
    public enum PathComponent: Sendable, Hashable {
        /// The member of an object.
        case name(String)
        /// The element of an array, from 0.
        case index(Int)
    }

    /// What is wrong.
    public let code: Code
    /// The allowed tokens, such as `',' or ']'`; nil when no list of tokens describes the fault.
    public let expected: String?
    /// The fault's position in bytes from the start, from 0.
    public let offset: Int
    /// The fault's line, from 1. Lines end with LF, CR or both.
    public let line: Int
    /// The fault's position in its line in Unicode scalars, from 1.
    public let column: Int
    /// The way from the root to the value with the fault. Names come from the document.
    public let path: [PathComponent]
}

extension JSONError: CustomStringConvertible {
    /// The fault and its position, without any byte of the document.
    public var description: String {
        let expectation = expected.map { ", expected \($0)" } ?? ""
        return "\(code.text) at line \(line), column \(column) (offset \(offset))\(expectation)"
    }
}

extension JSONError.Code {
    fileprivate var text: String {
        switch self {
        case .unexpectedByte: "unexpected byte"
        case .unexpectedEnd: "unexpected end"
        case .invalidUTF8: "invalid UTF-8"
        case .controlCharacter: "unescaped control character"
        case .invalidEscape: "invalid escape"
        case .unpairedSurrogate: "unpaired surrogate"
        case .depthLimit: "nesting over the depth limit"
        case .duplicateName: "duplicate member name"
        case .sizeLimit: "document over the size limit"
        }
    }
}

/// A fault as the scanner finds it; lines and paths are counted only for an error that is thrown.
struct ScanFault: Error {
    /// Tokens that the grammar allows.
    enum Expectation: UInt8 {
        case none
        case value
        case digit
        case name
        case nameOrEnd
        case colon
        case commaOrBrace
        case commaOrBracket
        case valueOrBracket
        case endOfInput
        case quote
        case hexDigit
        case literal
        case lowSurrogate

        var text: String? {
            switch self {
            case .none: nil
            case .value: "a value"
            case .digit: "a digit"
            case .name: "a member name"
            case .nameOrEnd: "a member name or '}'"
            case .colon: "':'"
            case .commaOrBrace: "',' or '}'"
            case .commaOrBracket: "',' or ']'"
            case .valueOrBracket: "a value or ']'"
            case .endOfInput: "the end of the document"
            case .quote: "'\"'"
            case .hexDigit: "four hexadecimal digits"
            case .literal: "'true', 'false' or 'null'"
            case .lowSurrogate: "an escaped low surrogate"
            }
        }
    }

    let code: JSONError.Code
    let offset: Int
    let expectation: Expectation

    init(_ code: JSONError.Code, at offset: Int, expected: Expectation = .none) {
        self.code = code
        self.offset = offset
        expectation = expected
    }
}

extension JSONError {
    /// Counts lines and columns up to the fault and finds its path.
    init(_ fault: ScanFault, in bytes: RawSpan) {
        code = fault.code
        expected = fault.expectation.text
        offset = fault.offset
        var line = 1
        var column = 1
        var previous: UInt8 = 0
        let start = JSONScanner.startOffset(of: bytes)
        for position in start..<max(start, min(fault.offset, bytes.byteCount)) {
            let byte = byte(bytes, position)
            if byte == .lineFeed && previous == .carriageReturn {
                // The second byte of a line's end.
            } else if byte == .lineFeed || byte == .carriageReturn {
                line += 1
                column = 1
            } else if byte & 0xc0 != 0x80 {
                column += 1
            }
            previous = byte
        }
        self.line = line
        self.column = column
        path = JSONPathFinder.path(in: bytes, at: fault.offset)
    }
}
