internal import EngineCore

/// Why the engine does not do what was asked.
struct Refusal: Error {
    /// The engine's words.
    var message: String
    /// 400 mostly; where the engine has looked something up and not found it, 200.
    var status = 400

    init(_ message: String, status: Int = 400) {
        self.message = message
        self.status = status
    }

    /// The same with words in front that say what was being done.
    func prefixed(by action: String) -> Refusal {
        Refusal("\(action): \(message)", status: status)
    }

    func response(lists: [String]) -> EmbeddedResponse {
        var reply: [String: JSONValue] = ["status": "ERROR", "error": .string(message)]
        for list in lists { reply[list] = [] }
        return EmbeddedResponse(encoding: reply, status: status, contentType: "plain/text")
    }
}

extension EmbeddedResponse {
    /// Makes an answer of JSON as protobuf writes it, with `<` and `>` escaped; members go by name, so that
    /// the same state gives the same bytes.
    init(encoding reply: some Encodable, status: Int = 200, contentType: String) {
        let coding = JSONCoding(format: JSONCoding.Format(sortsNames: true))
        guard let json = try? coding.encode(reply) else {
            // A state that holds what JSON can't say, such as a number that is none.
            self.init(status: 500)
            return
        }
        self.init(
            status: status, headers: ["Content-Type": contentType], body: Self.escaping(json))
    }

    // In JSON text both can only stand in a string.
    private static func escaping(_ json: [UInt8]) -> [UInt8] {
        let (less, greater) = (UInt8(ascii: "<"), UInt8(ascii: ">"))
        guard json.contains(where: { $0 == less || $0 == greater }) else { return json }
        return json.flatMap { byte -> [UInt8] in
            switch byte {
            case less: Array(#"\u003c"#.utf8)
            case greater: Array(#"\u003e"#.utf8)
            default: [byte]
            }
        }
    }
}
