/// The bytes of a body that belongs to one request, and to one direction: no part of it can stand
/// in another place, or in another request's body, unnoticed.
struct BodyPattern: Sendable {
    /// Which way a body goes.
    enum Direction: UInt64 {
        case upload = 1
        case answer = 2
    }

    private let key: UInt64

    init(_ number: RequestNumber, _ direction: Direction) {
        key = mixed(
            UInt64(number.client) << 48 ^ UInt64(number.sequence) << 2 ^ direction.rawValue)
    }

    func bytes(_ range: Range<Int>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(range.count)
        var word: UInt64 = 0
        for position in range {
            if position & 7 == 0 || bytes.isEmpty { word = mixed(key &+ UInt64(position >> 3)) }
            bytes.append(UInt8(truncatingIfNeeded: word >> (8 * UInt64(position & 7))))
        }
        return bytes
    }

    func matches(_ chunk: [UInt8], at offset: Int = 0) -> Bool {
        chunk == bytes(offset..<offset + chunk.count)
    }
}
