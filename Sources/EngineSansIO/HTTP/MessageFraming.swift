/// Where a message's body ends (RFC 9112 section 6.3).
package enum BodyFraming: Hashable, Sendable {
    /// There is none.
    case none
    /// After this many bytes.
    case length(Int)
    /// After the last chunk and the trailers.
    case chunked
    /// With the connection.
    case untilClose
}

/// What `Keep-Alive: timeout=5, max=100` says: a hint, not a promise.
package struct KeepAliveHint: Hashable, Sendable {
    /// Seconds that the peer keeps an idle connection.
    package var timeout: Int?
    /// Requests that the peer still takes on the connection.
    package var maximum: Int?

    package init(timeout: Int? = nil, maximum: Int? = nil) {
        self.timeout = timeout
        self.maximum = maximum
    }
}

/// What the fields say of framing and persistence, gathered line by line.
struct FramingFields {
    private(set) var contentLength: Int?
    private(set) var isChunked = false
    private(set) var closes = false
    private(set) var keepsAlive = false
    private(set) var hint: KeepAliveHint?

    /// Takes note of a valid field if it is one of those that matter here.
    @inline(__always)
    mutating func note(
        _ bytes: RawSpan, name: Range<Int>, value: Range<Int>
    ) throws(HTTPParseError) {
        switch name.count {
        case 14 where bytes.equalsIgnoringCase("content-length", in: name):
            try noteContentLength(bytes, value)
        case 17 where bytes.equalsIgnoringCase("transfer-encoding", in: name):
            // A second coding, even a second `chunked`, is one that nobody here undoes.
            guard !isChunked, bytes.equalsIgnoringCase("chunked", in: value) else {
                throw .unsupportedTransferCoding
            }
            isChunked = true
        case 10 where bytes.equalsIgnoringCase("connection", in: name):
            noteConnection(bytes, value)
        case 10 where bytes.equalsIgnoringCase("keep-alive", in: name):
            noteKeepAlive(bytes, value)
        default:
            break
        }
    }

    // Equal lengths in a list or in two fields are one length (RFC 9110 section 8.6).
    private mutating func noteContentLength(
        _ bytes: RawSpan, _ value: Range<Int>
    ) throws(HTTPParseError) {
        var list = CommaSeparated(value)
        var isEmpty = true
        while let element = list.next(in: bytes) {
            guard let length = bytes.decimal(in: element),
                contentLength == nil || contentLength == length
            else { throw .invalidContentLength }
            contentLength = length
            isEmpty = false
        }
        guard !isEmpty else { throw .invalidContentLength }
    }

    private mutating func noteConnection(_ bytes: RawSpan, _ value: Range<Int>) {
        var list = CommaSeparated(value)
        while let option = list.next(in: bytes) {
            if bytes.equalsIgnoringCase("close", in: option) { closes = true }
            if bytes.equalsIgnoringCase("keep-alive", in: option) { keepsAlive = true }
        }
    }

    private mutating func noteKeepAlive(_ bytes: RawSpan, _ value: Range<Int>) {
        if noteUsualKeepAlive(bytes, value) { return }
        var hint = self.hint ?? KeepAliveHint()
        var list = CommaSeparated(value)
        while let parameter = list.next(in: bytes) {
            guard let equals = bytes.firstPosition(of: UInt8(ascii: "="), in: parameter) else {
                continue
            }
            let name = bytes.trimmingWhitespace(in: parameter.lowerBound..<equals)
            let number = bytes.decimal(
                in: bytes.trimmingWhitespace(in: equals + 1..<parameter.upperBound))
            if bytes.equalsIgnoringCase("timeout", in: name) { hint.timeout = number }
            if bytes.equalsIgnoringCase("max", in: name) { hint.maximum = number }
        }
        self.hint = hint
    }

    /// Reads `timeout=5` and `timeout=5, max=100`, as most servers write it; otherwise does nothing.
    private mutating func noteUsualKeepAlive(_ bytes: RawSpan, _ value: Range<Int>) -> Bool {
        var rest = value
        guard bytes.skip("timeout=", in: &rest), let timeout = bytes.skipDigits(in: &rest) else {
            return false
        }
        var maximum = hint?.maximum
        if !rest.isEmpty {
            guard bytes.skip(", max=", in: &rest), let number = bytes.skipDigits(in: &rest),
                rest.isEmpty
            else { return false }
            maximum = number
        }
        hint = KeepAliveHint(timeout: timeout, maximum: maximum)
        return true
    }

    /// The framing that length and coding ask for; nil when neither is there.
    func explicitFraming(minorVersion: UInt8) throws(HTTPParseError) -> BodyFraming? {
        if isChunked {
            guard contentLength == nil, minorVersion > 0 else { throw .conflictingFraming }
            return .chunked
        }
        return contentLength.map { .length($0) }
    }

    /// Whether the connection outlives the message (RFC 9112 section 9.3).
    func persists(minorVersion: UInt8) -> Bool {
        !closes && (minorVersion > 0 || keepsAlive)
    }
}

/// The elements of a list field, without empty ones (RFC 9110 section 5.6.1).
private struct CommaSeparated {
    private var rest: Range<Int>

    init(_ range: Range<Int>) {
        rest = range
    }

    @inline(__always)
    mutating func next(in bytes: RawSpan) -> Range<Int>? {
        while !rest.isEmpty {
            // Elements are short.
            var end = rest.lowerBound
            while end < rest.upperBound, bytes[end] != .comma { end &+= 1 }
            let element = bytes.trimmingWhitespace(in: rest.lowerBound..<end)
            rest = min(end + 1, rest.upperBound)..<rest.upperBound
            if !element.isEmpty { return element }
        }
        return nil
    }
}

extension RawSpan {
    @inline(__always)
    fileprivate func skip(_ text: StaticString, in range: inout Range<Int>) -> Bool {
        let end = range.lowerBound &+ text.utf8CodeUnitCount
        guard end <= range.upperBound, equalsIgnoringCase(text, in: range.lowerBound..<end) else {
            return false
        }
        range = end..<range.upperBound
        return true
    }

    /// Reads one to eighteen digits.
    @inline(__always)
    fileprivate func skipDigits(in range: inout Range<Int>) -> Int? {
        var position = range.lowerBound
        let end = min(range.upperBound, position &+ 18)
        var number = 0
        while position < end, self[position].isDigit {
            number = number &* 10 &+ Int(self[position].digitValue)
            position &+= 1
        }
        guard position > range.lowerBound else { return nil }
        range = position..<range.upperBound
        return number
    }

    /// A decimal number without sign; nil when it is none or does not fit.
    fileprivate func decimal(in range: Range<Int>) -> Int? {
        guard !range.isEmpty else { return nil }
        var number = 0
        for position in range {
            let byte = self[position]
            guard byte.isDigit else { return nil }
            let (product, overflow) = number.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(Int(byte.digitValue))
            guard !overflow, !carry else { return nil }
            number = sum
        }
        return number
    }
}
