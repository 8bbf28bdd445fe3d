import EngineSansIO

/// What a parser makes of the first message in some bytes, with the connection's end behind them.
enum Verdict: Equatable {
    case message(Message)
    /// There is no complete message; why is for people and for classes.
    case refused(String)
}

/// A message in terms that both sides have.
struct Message: Equatable {
    /// The status code, or the method and the target.
    var start = ""
    var minorVersion: Int?
    /// `name: value`; a name has no colon.
    var fields: [String] = []
    var body: [UInt8] = []
    var trailers: [String] = []
}

/// One input to both sides.
struct Sample {
    enum Kind: Equatable {
        case request
        case response(toHead: Bool)
    }

    let kind: Kind
    let bytes: [UInt8]

    /// The bytes as a Swift literal would have them.
    var text: String {
        bytes.map { byte in
            switch byte {
            case 0x0a: "\\n"
            case 0x0d: "\\r"
            case 0x20..<0x7f: String(UnicodeScalar(byte))
            default: "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
        }.joined()
    }
}

extension HeaderFields {
    fileprivate var lines: [String] { map { "\($0.name): \($0.value)" } }
}

extension Verdict {
    /// What this package's parsers make of it.
    static func ours(on sample: Sample) -> Verdict {
        sample.bytes.withRawSpan { bytes in
            do throws(HTTPParseError) {
                return switch sample.kind {
                case .request: try request(bytes)
                case .response(let toHead): try response(bytes, to: toHead ? .head : .get)
                }
            } catch {
                return .refused("\(error)")
            }
        }
    }

    private static func response(
        _ bytes: RawSpan, to method: HTTPMethod
    ) throws(HTTPParseError) -> Verdict {
        var parser = ResponseParser()
        parser.startResponse(to: method)
        var message = Message()
        var offset = 0
        var event = try parser.next(bytes, from: &offset)
        while event != .end {
            switch event {
            case .head(let head):
                message.start = "\(head.status)"
                message.fields = head.fields.lines
            case .body(let range): message.body.append(bytes, in: range)
            case .needMore, .end: break
            }
            event =
                try event == .needMore
                ? parser.endOfInput() : parser.next(bytes, from: &offset)
        }
        message.trailers = parser.trailers.lines
        return .message(message)
    }

    private static func request(_ bytes: RawSpan) throws(HTTPParseError) -> Verdict {
        var parser = RequestParser()
        var message = Message()
        var offset = 0
        while true {
            switch try parser.next(bytes, from: &offset) {
            case .head(let head):
                message.start = "\(head.method.rawValue) \(head.target)"
                message.minorVersion = Int(head.minorVersion)
                message.fields = head.fields.lines
            case .body(let range): message.body.append(bytes, in: range)
            case .needMore: return .refused("\(HTTPParseError.truncated)")
            case .end: return .message(message)
            }
        }
    }
}
