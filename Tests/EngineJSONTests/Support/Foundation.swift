import EngineJSON
import Foundation

func foundationAccepts(_ text: [UInt8]) -> Bool {
    (try? JSONDecoder().decode(Whole.self, from: Data(text))) != nil
}

/// Decodes all, since Foundation checks strings and numbers only then.
private struct Whole: Decodable {
    init(from decoder: any Decoder) throws {
        if let members = try? decoder.container(keyedBy: LimitTests.Key.self) {
            for key in members.allKeys { _ = try members.decode(Whole.self, forKey: key) }
            return
        }
        if var elements = try? decoder.unkeyedContainer() {
            while !elements.isAtEnd { _ = try elements.decode(Whole.self) }
            return
        }
        let container = try decoder.singleValueContainer()
        if container.decodeNil() || (try? container.decode(Bool.self)) != nil { return }
        if (try? container.decode(String.self)) != nil { return }
        _ = try container.decode(Double.self)
    }
}

/// Foundation's encoder with the same choices.
func encoder(_ coding: JSONCoding) -> JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if coding.keys == .snakeCase { encoder.keyEncodingStrategy = .convertToSnakeCase }
    encoder.dateEncodingStrategy =
        switch coding.dates {
        case .deferredToDate: .deferredToDate
        case .iso8601: .iso8601
        case .secondsSince1970: .secondsSince1970
        case .millisecondsSince1970: .millisecondsSince1970
        }
    if coding.data == .array { encoder.dataEncodingStrategy = .deferredToData }
    return encoder
}

/// Foundation's decoder with the same choices.
func decoder(_ coding: JSONCoding) -> JSONDecoder {
    let decoder = JSONDecoder()
    if coding.keys == .snakeCase { decoder.keyDecodingStrategy = .convertFromSnakeCase }
    decoder.dateDecodingStrategy =
        switch coding.dates {
        case .deferredToDate: .deferredToDate
        case .iso8601: .iso8601
        case .secondsSince1970: .secondsSince1970
        case .millisecondsSince1970: .millisecondsSince1970
        }
    if coding.data == .array { decoder.dataDecodingStrategy = .deferredToData }
    return decoder
}
