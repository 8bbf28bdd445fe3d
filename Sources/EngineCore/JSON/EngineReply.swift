#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// A reply of which only its success matters.
public struct EngineAcknowledgement: Codable, Sendable, Hashable {
    /// Makes one, for tests.
    public init() {}
}

/// The members of the engine's envelope that say what became of a request.
private struct Envelope {
    let isRefusal: Bool
    let engineMessage: String?

    // Other daemons answer with arrays and without an envelope.
    init(_ root: borrowing JSONRoot) {
        isRefusal = root.text("status") == "ERROR"
        // `geo/db/get` sends an empty error beside an OK.
        engineMessage = root.text("error").flatMap { $0.isEmpty ? nil : $0 }
    }
}

extension EngineResponse {
    /// The reply, if the engine did what was asked.
    ///
    /// - Parameters:
    ///   - type: The reply's type.
    ///   - coding: How the reply is written; the envelope's `status` and `error` are read by these names
    ///     whatever it says.
    /// - Throws: ``EngineError/Code/http`` when the status is not one of 2xx or the engine's
    ///   envelope says `ERROR`, with the engine's own message; ``EngineError/Code/invalidJSON`` when
    ///   the body is not the JSON that was asked for.
    public func decode<Reply: Decodable>(
        _ type: Reply.Type = Reply.self, by coding: JSONCoding = JSONCoding()
    ) throws(EngineError) -> Reply {
        guard isSuccess else { throw statusError(at: Self.now) }
        if body.isBlankJSON, let reply = EngineAcknowledgement() as? Reply { return reply }
        let outcome: Result<Reply, EngineError>
        do {
            // Bytes have no padding.
            outcome = try coding.withRoot(of: unsafe body.span.bytes) { root in
                let envelope = Envelope(root)
                return envelope.isRefusal
                    ? .failure(.refused(self, engineMessage: envelope.engineMessage))
                    : .success(try root.decode(type))
            }
        } catch {
            let invalid = body.firstInvalidUTF8
            // Text in UTF-16, or with bytes that are not UTF-8, can still be a refusal.
            if invalid != nil || body.textOfUTF16 != nil, let refusal { throw refusal }
            throw .invalidJSON(invalid.map { $0 } ?? error, self)
        }
        return try outcome.get()
    }

    /// Checks that the engine did what was asked, whatever the body is.
    ///
    /// - Parameter statuses: Other statuses than 2xx that are no error here, such as 304 for a
    ///   conditional request.
    /// - Throws: ``EngineError/Code/http`` when the status is neither one of 2xx nor allowed, or
    ///   the body is an envelope that says `ERROR`.
    public func checkSuccess(allowing statuses: Set<Int> = []) throws(EngineError) {
        try checkSuccess(allowing: statuses, at: Self.now)
    }

    /// - Parameter now: The time in seconds since 1970, for a `Retry-After` that is a date.
    package func checkSuccess(
        allowing statuses: Set<Int> = [], at now: @autoclosure () -> Int64
    ) throws(EngineError) {
        guard isSuccess || statuses.contains(status) else { throw statusError(at: now()) }
        if let refusal { throw refusal }
    }

    private static var now: Int64 { Int64(Date().timeIntervalSince1970) }

    /// The error of an envelope that says `ERROR`; nil for any other body.
    private var refusal: EngineError? {
        guard body.mayBeJSONObject, mayBeRefusal, let envelope, envelope.isRefusal else {
            return nil
        }
        return .refused(self, engineMessage: envelope.engineMessage)
    }

    // Most replies have no such word, and are large. A string that says ERROR is spelled so, or with a
    // backslash, or in UTF-16.
    private var mayBeRefusal: Bool {
        let word = "ERROR".utf8
        var matched = word.startIndex
        for byte in body {
            if byte == UInt8(ascii: "\\") || byte == 0 { return true }
            if byte != word[matched] { matched = word.startIndex }
            guard byte == word[matched] else { continue }
            matched = word.index(after: matched)
            if matched == word.endIndex { return true }
        }
        return false
    }

    private var envelope: Envelope? {
        let text =
            body.textOfUTF16
            ?? (body.firstInvalidUTF8 == nil
                ? body : Array(String(decoding: body, as: UTF8.self).utf8))
        // An error's body may be plain text, or nothing. Bytes have no padding.
        return try? JSONCoding().withRoot(of: unsafe text.span.bytes) { Envelope($0) }
    }

    private func statusError(at now: @autoclosure () -> Int64) -> EngineError {
        let seconds = headers["Retry-After"].flatMap { RetryAfter.seconds($0, now: now()) }
        return .refused(
            self, engineMessage: envelope?.engineMessage ?? plainText,
            retryAfter: seconds.map { .seconds($0) })
    }

    // More than an engine says of a refusal.
    private static let plainTextLimit = 1_000

    /// A body of plain text; nil for any other, and for one that is blank or too long.
    private var plainText: String? {
        // The engine types its JSON as `plain/text`, and some errors not at all.
        let type = headers["Content-Type"]?.lowercased() ?? "text/plain"
        guard type.hasPrefix("text/plain") || type.hasPrefix("plain/text"),
            body.count <= Self.plainTextLimit, !body.contains(0), !body.mayBeJSONObject
        else { return nil }
        let start = body.drop { $0.isJSONWhitespace }
        let end = start.reversed().drop { $0.isJSONWhitespace }
        return end.isEmpty ? nil : String(decoding: end.reversed(), as: UTF8.self)
    }
}

/// A request's body as JSON.
func encodeJSON(
    _ value: some Encodable, by coding: JSONCoding = JSONCoding()
) throws(EngineError) -> [UInt8] {
    do {
        return try coding.encode(value)
    } catch {
        throw .unencodableJSON(error)
    }
}
