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

/// The engine's envelope and the reply inside, read in one pass.
private struct Envelope<Reply: Decodable>: Decodable {
    private enum Key: String, CodingKey {
        case status
        case error
    }

    let isRefusal: Bool
    let engineMessage: String?
    let reply: Result<Reply, any Error>

    init(from decoder: any Decoder) throws {
        // Other daemons answer with arrays and without an envelope.
        let members = try? decoder.container(keyedBy: Key.self)
        let status = try? members?.decodeIfPresent(String.self, forKey: .status)
        let message = try? members?.decodeIfPresent(String.self, forKey: .error)
        isRefusal = status == "ERROR"
        // `geo/db/get` sends an empty error beside an OK.
        engineMessage = message.flatMap { $0.isEmpty ? nil : $0 }
        reply =
            isRefusal
            ? .failure(CancellationError())
            : Result { try decoder.singleValueContainer().decode(Reply.self) }
    }
}

extension EngineResponse {
    /// The reply, if the engine did what was asked.
    ///
    /// - Throws: ``EngineError/Code/http`` when the status is not one of 2xx or the engine's
    ///   envelope says `ERROR`, with the engine's own message; ``EngineError/Code/invalidJSON`` when
    ///   the body is not the JSON that was asked for.
    public func decode<Reply: Decodable>(
        _ type: Reply.Type = Reply.self
    ) throws(EngineError) -> Reply {
        guard isSuccess else { throw statusError(at: Self.now) }
        if body.isBlankJSON, let reply = EngineAcknowledgement() as? Reply { return reply }
        // Foundation reads some bytes that are not UTF-8, and gives false reasons for others.
        if let invalid = body.firstInvalidUTF8 {
            if let refusal { throw refusal }
            throw .invalidJSON(invalid, self)
        }
        guard mayBeRefusal else {
            do {
                return try JSONDecoder().decode(Reply.self, from: Data(body))
            } catch {
                throw .invalidJSON(error, self)
            }
        }
        let envelope: Envelope<Reply>
        do {
            envelope = try JSONDecoder().decode(Envelope<Reply>.self, from: Data(body))
        } catch {
            throw .invalidJSON(error, self)
        }
        if envelope.isRefusal { throw .refused(self, engineMessage: envelope.engineMessage) }
        do {
            return try envelope.reply.get()
        } catch {
            throw .invalidJSON(error, self)
        }
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

    // Reading an object's members once for the envelope and once for the reply costs as much again
    // as the reply. A string that says ERROR is spelled so, or with a backslash, or in UTF-16.
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

    private var envelope: Envelope<EngineAcknowledgement>? {
        let data =
            body.firstInvalidUTF8 == nil
            ? Data(body) : Data(String(decoding: body, as: UTF8.self).utf8)
        // An error's body may be plain text, or nothing.
        return try? JSONDecoder().decode(Envelope<EngineAcknowledgement>.self, from: data)
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
func encodeJSON(_ value: some Encodable) throws(EngineError) -> [UInt8] {
    do {
        return Array(try JSONEncoder().encode(value))
    } catch {
        throw .unencodableJSON(error)
    }
}
