internal import EngineCore

/// Decides as early as possible that a body that arrives is not an engine's refusal.
///
/// A refusal is one JSON object, whose `status` is `ERROR`, or any body under a bad status.
struct RefusalWatch {
    /// The body so far, while it can be a refusal; cut at the limit.
    private(set) var start: [UInt8] = []
    /// Whether the body can be a refusal, as far as it is known.
    private(set) var mayBeRefusal = true

    private let isRefusal: Bool
    private let limit: Int
    private var object = ObjectScanner()

    /// - Parameters:
    ///   - isRefusal: Whether the status makes the response a refusal, whatever its body is.
    ///   - limit: Bytes of a body from which on it is no refusal under a good status.
    init(isRefusal: Bool, limit: Int) {
        self.isRefusal = isRefusal
        self.limit = limit
    }

    /// Whether more of the body tells nothing more.
    var isFull: Bool { start.count >= limit }

    /// Takes the next bytes of the body.
    mutating func add(_ bytes: [UInt8]) {
        guard mayBeRefusal else { return }
        if isRefusal {
            start += bytes.prefix(limit - start.count)
            return
        }
        start += bytes
        mayBeRefusal = start.count <= limit && canStillBeRefusal(after: bytes)
    }

    /// The body so far, which is not kept any longer.
    mutating func takeStart() -> [UInt8] {
        defer { start = [] }
        return start
    }

    private mutating func canStillBeRefusal(after bytes: [UInt8]) -> Bool {
        for byte in bytes { object.add(byte) }
        switch object.state {
        case .before, .inside: return true
        case .impossible: return false
        case .complete:
            // Nothing but white space can follow a refusal.
            let response = EngineResponse(status: 200, headers: [:], body: start)
            do throws(EngineError) {
                try response.checkSuccess()
                return false
            } catch {
                return true
            }
        }
    }
}

/// Finds the end of a JSON object, byte by byte.
private struct ObjectScanner {
    enum State {
        case before
        case inside
        /// Complete, with nothing but white space after it.
        case complete
        /// Something other than one object.
        case impossible
    }

    // Some writers put it before JSON (RFC 8259 section 8.1).
    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    private(set) var state = State.before
    private var markLength = 0
    private var depth = 0
    private var isInString = false
    private var isEscaped = false

    mutating func add(_ byte: UInt8) {
        switch state {
        case .before: begin(byte)
        case .inside: isInString ? addToString(byte) : addToObject(byte)
        case .complete: if !Self.isWhiteSpace(byte) { state = .impossible }
        case .impossible: return
        }
    }

    private mutating func begin(_ byte: UInt8) {
        if markLength < Self.byteOrderMark.count, byte == Self.byteOrderMark[markLength] {
            markLength += 1
        } else if byte == UInt8(ascii: "{") {
            depth = 1
            state = .inside
        } else if !Self.isWhiteSpace(byte) {
            state = .impossible
        }
    }

    private mutating func addToString(_ byte: UInt8) {
        if isEscaped {
            isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
            isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
            isInString = false
        }
    }

    private mutating func addToObject(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): isInString = true
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
            depth -= 1
            if depth == 0 { state = .complete }
        default: return
        }
    }

    private static func isWhiteSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
    }
}
