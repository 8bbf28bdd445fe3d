#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension Date: JSONSpecialDecodable {
    init(special node: JSONNode) throws {
        switch node.document.coding.dates {
        case .deferredToDate: try self.init(from: node)
        case .secondsSince1970:
            self.init(timeIntervalSince1970: try node.decode(Double.self))
        case .millisecondsSince1970:
            self.init(timeIntervalSince1970: try node.decode(Double.self) / 1_000)
        case .iso8601:
            guard let seconds = InternetDate.seconds(try node.decode(String.self)) else {
                throw node.invalid("expected a date in the form 2026-01-31T08:15:00Z")
            }
            self.init(timeIntervalSince1970: seconds)
        }
    }
}

extension Date: JSONSpecialEncodable {
    func write(to output: JSONOutput) throws {
        switch output.coding.dates {
        case .deferredToDate: try output.encode(self)
        case .secondsSince1970: try output.real(timeIntervalSince1970)
        case .millisecondsSince1970: try output.real(timeIntervalSince1970 * 1_000)
        case .iso8601:
            guard let text = InternetDate.text(timeIntervalSince1970) else {
                throw EncodingError.invalidValue(
                    self,
                    EncodingError.Context(
                        codingPath: output.currentPath,
                        debugDescription: "an ISO 8601 date is in the years 0 to 9999"))
            }
            output.buffer.string(text)
        }
    }
}

extension Data: JSONSpecialDecodable {
    init(special node: JSONNode) throws {
        guard node.document.coding.data == .base64 else {
            try self.init(from: node)
            return
        }
        guard let data = Data(base64Encoded: try node.decode(String.self)) else {
            throw node.invalid("expected Base64")
        }
        self = data
    }
}

extension Data: JSONSpecialEncodable {
    func write(to output: JSONOutput) throws {
        if output.coding.data == .base64 {
            output.buffer.string(base64EncodedString())
        } else {
            try output.encode(self)
        }
    }
}

extension URL: JSONSpecialDecodable {
    init(special node: JSONNode) throws {
        guard let url = URL(string: try node.decode(String.self)) else {
            throw node.invalid("expected a URL")
        }
        self = url
    }
}

extension URL: JSONSpecialEncodable {
    func write(to output: JSONOutput) { output.buffer.string(absoluteString) }
}

extension Decimal: JSONSpecialDecodable {
    /// From the digits; those beyond its 38 are rounded.
    init(special node: JSONNode) throws {
        let kind = node.word.kind
        guard kind == .integer || kind == .real else { throw node.mismatch(Decimal.self) }
        guard let value = Decimal(string: node.document.string(node.index)), value.isFinite else {
            throw node.invalid("the number does not fit in Decimal")
        }
        self = value
    }
}

extension Decimal: JSONSpecialEncodable {
    func write(to output: JSONOutput) throws {
        guard isFinite else {
            throw EncodingError.invalidValue(
                self,
                EncodingError.Context(
                    codingPath: output.currentPath, debugDescription: "JSON has no number for NaN"))
        }
        output.buffer.append(description)
    }
}
