internal import Synchronization

/// What a coder does with a type, remembered by all threads.
///
/// Asking for a conformance costs more than decoding a small object. A slot holds a type's address and
/// kind, or 0; a later type replaces an earlier one, which is then asked again.
struct KnownTypes: ~Copyable {
    enum Kind: UInt8 {
        /// Not asked yet.
        case unknown
        /// Its own `init(from:)` or `encode(to:)` codes it.
        case plain
        /// It has a conformance that codes it.
        case special
        case bool
        case string
        case int
        case int64
        case double
        case value

        init(_ type: any Any.Type) {
            self =
                if type == Bool.self {
                    .bool
                } else if type == String.self {
                    .string
                } else if type == Int.self {
                    .int
                } else if type == Int64.self {
                    .int64
                } else if type == Double.self {
                    .double
                } else if type == JSONValue.self {
                    .value
                } else {
                    .plain
                }
        }
    }

    private let slots = [64 of Atomic<UInt64>] { _ in Atomic(0) }

    static let decodable = KnownTypes()
    static let encodable = KnownTypes()

    @inline(__always)
    func kind(of type: any Any.Type) -> Kind {
        let address = Self.address(type)
        let entry = slots[Self.slot(address)].load(ordering: .relaxed)
        guard entry &>> 8 == address else { return .unknown }
        return Kind(rawValue: UInt8(truncatingIfNeeded: entry)) ?? .unknown
    }

    func insert(_ type: any Any.Type, _ kind: Kind) {
        let address = Self.address(type)
        slots[Self.slot(address)].store(
            address &<< 8 | UInt64(kind.rawValue), ordering: .relaxed)
    }

    /// Addresses of user space have fewer than 56 bits.
    @inline(__always)
    private static func address(_ type: any Any.Type) -> UInt64 {
        UInt64(UInt(bitPattern: ObjectIdentifier(type))) & 0x00ff_ffff_ffff_ffff
    }

    @inline(__always)
    private static func slot(_ address: UInt64) -> Int {
        Int(truncatingIfNeeded: (address &>> 4 ^ address &>> 10) & 63)
    }
}
