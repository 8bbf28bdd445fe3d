import EngineCore
import EngineTesting
import Foundation
import Testing

extension RecordedExchange {
    // Asked again later in the recording, or with a body that is shorter than its length says.
    private static let hiddenFromRecordedAnswers: Set = [
        "metrics.get.disabled", "ns.create.again", "ns.list.after", "content.delete.again",
        "dumper.status.on", "ns.delete.again", "tester.session.post.bad",
    ]

    static func named(_ name: String) throws -> RecordedExchange {
        try #require(try all().first { $0.name == name })
    }

    var route: String { "\(method) \(path)" }

    /// The body that was sent, nil for none.
    var requestJSON: JSONValue? {
        get throws { try body.map { try JSONValue(parsing: Array($0.utf8)) } }
    }

    var status: Int {
        get throws {
            let statusLine = String(decoding: responseBytes.prefix(12), as: UTF8.self)
            return try #require(Int(statusLine.suffix(3)))
        }
    }

    /// What the engine said when it refused, nil when it did not.
    var refusal: String? {
        get throws {
            let reply = try JSONValue(parsing: responseBody)
            return reply["status"] == "ERROR" ? reply["error"]?.stringValue : nil
        }
    }

    func answer(_ request: EmbeddedRequest) async throws -> EmbeddedResponse {
        guard Self.hiddenFromRecordedAnswers.contains(name) else {
            return await RecordedAnswers.answer(request)
        }
        return EmbeddedResponse(status: try status, body: try responseBody)
    }

    private var responseBody: [UInt8] {
        get throws {
            let bytes = Data(responseBytes)
            let emptyLine = try #require(bytes.range(of: Data("\r\n\r\n".utf8)))
            return Array(bytes[emptyLine.upperBound...])
        }
    }
}

extension JSONValue {
    init(encoding value: some Encodable) throws {
        self = try JSONValue(parsing: try JSONCoding().encode(value))
    }
}
