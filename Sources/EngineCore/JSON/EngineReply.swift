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
    /// - Throws: ``EngineError/Code/http`` when the status is 400 or more or the engine's envelope
    ///   says `ERROR`, with the engine's own message; ``EngineError/Code/invalidJSON`` when the
    ///   body is not the JSON that was asked for.
    public func decode<Reply: Decodable>(
        _ type: Reply.Type = Reply.self
    ) throws(EngineError) -> Reply {
        if status >= 400 { throw refusal }
        if body.isEmpty, let reply = EngineAcknowledgement() as? Reply { return reply }
        guard mayBeRefusal else {
            do {
                return try JSONDecoder().decode(Reply.self, from: Data(body))
            } catch {
                throw .invalidJSON(error, status: status)
            }
        }
        let envelope: Envelope<Reply>
        do {
            envelope = try JSONDecoder().decode(Envelope<Reply>.self, from: Data(body))
        } catch {
            throw .invalidJSON(error, status: status)
        }
        if envelope.isRefusal {
            throw .refused(status: status, engineMessage: envelope.engineMessage)
        }
        do {
            return try envelope.reply.get()
        } catch {
            throw .invalidJSON(error, status: status)
        }
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

    /// Checks that the engine did what was asked, whatever the body is.
    ///
    /// - Throws: ``EngineError/Code/http`` when the status is 400 or more or the body is an
    ///   envelope that says `ERROR`.
    public func checkSuccess() throws(EngineError) {
        if status >= 400 { throw refusal }
        guard body.first == UInt8(ascii: "{"), mayBeRefusal, let envelope, envelope.isRefusal else {
            return
        }
        throw .refused(status: status, engineMessage: envelope.engineMessage)
    }

    private var envelope: Envelope<EngineAcknowledgement>? {
        // An error's body may be plain text, or nothing.
        try? JSONDecoder().decode(Envelope<EngineAcknowledgement>.self, from: Data(body))
    }

    private var refusal: EngineError {
        // The other form, a date, would need a calendar and the engine's clock.
        let seconds = headers["Retry-After"].flatMap { Int64($0) }.flatMap { $0 < 0 ? nil : $0 }
        return .refused(
            status: status, engineMessage: envelope?.engineMessage,
            retryAfter: seconds.map { .seconds($0) })
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
