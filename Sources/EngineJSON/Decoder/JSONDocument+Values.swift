// On the document and not on a node, which would retain the document for each value.
extension JSONDocument {
    @inline(never)
    func mismatch(_ type: any Any.Type, at index: Int) -> DecodingError {
        let context = wrongKind(type, index)
        return tape[index].kind == .null
            ? .valueNotFound(type, context) : .typeMismatch(type, context)
    }

    @inline(never)
    private func wrongKind(_ type: any Any.Type, _ index: Int) -> DecodingError.Context {
        context("expected \(type), found \(tape[index].kind.name)", index)
    }

    /// An error about a value of the right kind.
    @inline(never)
    func invalid(_ text: String, at index: Int) -> DecodingError {
        .dataCorrupted(context(text, index))
    }

    private func context(_ text: String, _ index: Int) -> DecodingError.Context {
        DecodingError.Context(codingPath: path(to: index), debugDescription: text)
    }

    @inline(__always)
    func integer<I: FixedWidthInteger>(_ type: I.Type, at index: Int) throws -> I {
        let kind = tape[index].kind
        guard kind == .integer || kind == .real else { throw mismatch(type, at: index) }
        let value = unsafe IntegerText.value(text(index), isReal: kind == .real, as: type)
        guard let value else { throw unfit(type, at: index) }
        return value
    }

    @inline(__always)
    func real<R: BinaryFormat>(_ type: R.Type, at index: Int) throws -> R {
        let kind = tape[index].kind
        guard kind == .integer || kind == .real else { return try nonFinite(type, at: index) }
        let value = unsafe R(jsonText: text(index))
        guard value.isFinite else { throw unfit(type, at: index) }
        return value
    }

    @inline(never)
    private func unfit(_ type: any Any.Type, at index: Int) -> DecodingError {
        invalid("the number does not fit in \(type)", at: index)
    }

    private func nonFinite<R: BinaryFormat>(_ type: R.Type, at index: Int) throws -> R {
        guard case .strings(let positive, let negative, let nan) = coding.nonFinite,
            tape[index].kind == .string
        else { throw mismatch(type, at: index) }
        switch string(index) {
        case positive: return .infinity
        case negative: return -.infinity
        case nan: return .nan
        default: throw mismatch(type, at: index)
        }
    }

    @inline(__always)
    func bool(at index: Int) throws -> Bool {
        switch tape[index].kind {
        case .yes: true
        case .no: false
        // As Foundation does, also for null, where other types throw `valueNotFound`.
        default: throw DecodingError.typeMismatch(Bool.self, wrongKind(Bool.self, index))
        }
    }

    @inline(__always)
    func text(at index: Int) throws -> String {
        guard tape[index].kind == .string else { throw mismatch(String.self, at: index) }
        return string(index)
    }
}
