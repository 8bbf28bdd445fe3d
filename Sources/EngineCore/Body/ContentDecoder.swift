internal import CZlib

/// The content codings that the client undoes (RFC 9110 section 8.4.1).
enum ContentCoding: String {
    case gzip
    case deflate

    /// What ``EngineRequest/acceptsCompression`` sends as `Accept-Encoding`.
    static let accepted = "gzip, deflate"

    /// The only coding that a body has; nil for none, for several and for one that is not known.
    init?(of fields: HeaderFields) {
        var names: [String] = []
        for value in fields.values(of: "Content-Encoding") {
            for element in value.split(separator: ",") {
                let name = element.drop { $0 == " " || $0 == "\t" }
                    .prefix { $0 != " " && $0 != "\t" }.lowercased()
                if !name.isEmpty, name != "identity" { names.append(name) }
            }
        }
        guard names.count == 1 else { return nil }
        // The older name, which a recipient treats alike (RFC 9110 section 8.4.1.3).
        self.init(rawValue: names[0] == "x-gzip" ? "gzip" : names[0])
    }
}

/// Why a body can't be decoded.
enum ContentDecodingError: Error, CustomStringConvertible {
    /// The bytes are none of the coding, or their checksum is wrong.
    case corrupt
    /// The body ends before the coding does.
    case truncated
    case outOfMemory

    var description: String {
        switch self {
        case .corrupt: "the data is corrupt"
        case .truncated: "the data is truncated"
        case .outOfMemory: "zlib has no memory"
        }
    }
}

/// Undoes a content coding, in pieces of bounded size.
///
/// `gzip` may have several members (RFC 1952 section 2.2); `deflate` may come without the zlib
/// wrapper that the standard asks for, as from some servers (RFC 9110 section 8.4.1.2).
@safe final class ContentDecoder {
    private enum State {
        /// Before the first byte, or between two members: a body may end here.
        case start
        /// Ends with `start` or `ended`.
        case inside
        /// Final: nothing may follow.
        case ended
    }

    // The largest window, and whether a gzip header, a zlib header or none is read.
    private static let gzipWindow: Int32 = 15 + 16
    private static let zlibWindow: Int32 = 15
    private static let rawWindow: Int32 = -15

    private let coding: ContentCoding
    // zlib's state points back to it: it must not move. Freed in `deinit`.
    private let stream: UnsafeMutablePointer<z_stream>
    private var isPrepared = false
    private var state = State.start
    private var input: [UInt8] = []
    private var position = 0
    /// Whether zlib may have more bytes without more input.
    private var isOutputPending = false

    init(_ coding: ContentCoding) {
        self.coding = coding
        unsafe stream = .allocate(capacity: 1)
        // Null pointers and zeros: zlib's own allocator.
        unsafe stream.initialize(to: z_stream())
    }

    deinit {
        // Prepared once at most, and used by nobody any more.
        if isPrepared { _ = unsafe inflateEnd(stream) }
        unsafe stream.deallocate()
    }

    /// Adds encoded bytes behind those that are not decoded yet.
    func feed(_ bytes: [UInt8]) {
        if position == input.count {
            input = bytes
        } else {
            input.removeFirst(position)
            input += bytes
        }
        position = 0
    }

    /// The next decoded bytes, at least one and at most `limit`; none when more input is needed.
    func next(upTo limit: Int) throws(ContentDecodingError) -> [UInt8] {
        while position < input.count || isOutputPending {
            switch state {
            case .ended: throw .corrupt
            case .start:
                guard try prepare() else { return [] }
                state = .inside
            case .inside:
                let output = try inflateOnce(upTo: limit)
                if !output.isEmpty { return output }
            }
        }
        return []
    }

    /// Checks that the coding is complete.
    func finish() throws(ContentDecodingError) {
        guard state != .inside, position == input.count else { throw .truncated }
    }

    /// Gets ready for a stream; answers whether enough of it is there to know its form.
    private func prepare() throws(ContentDecodingError) -> Bool {
        if isPrepared {
            // Prepared before.
            guard unsafe inflateReset(stream) == Z_OK else { throw .corrupt }
            return true
        }
        let window: Int32
        switch coding {
        case .gzip: window = Self.gzipWindow
        case .deflate:
            guard input.count - position >= 2 else { return false }
            window = hasZlibHeader ? Self.zlibWindow : Self.rawWindow
        }
        // The stream is zeroed, as zlib asks for, and of this size.
        let size = Int32(unsafe MemoryLayout<z_stream>.size)
        guard unsafe inflateInit2_(stream, window, ZLIB_VERSION, size) == Z_OK else {
            throw .outOfMemory
        }
        isPrepared = true
        return true
    }

    /// Whether the next two bytes are the header of RFC 1950.
    private var hasZlibHeader: Bool {
        let (method, flags) = (UInt16(input[position]), UInt16(input[position + 1]))
        return method & 0x0f == 8 && (method << 8 | flags) % 31 == 0
    }

    private func inflateOnce(upTo limit: Int) throws(ContentDecodingError) -> [UInt8] {
        var result = Z_OK
        let available = UInt32(clamping: input.count - position)
        let room = UInt32(clamping: max(1, limit))
        // zlib reads and writes within the counts that it is given, while both are borrowed.
        let output = unsafe [UInt8](unsafeUninitializedCapacity: Int(room)) { output, count in
            unsafe input.withUnsafeBufferPointer { input in
                unsafe stream.pointee.next_in = input.baseAddress.map { unsafe $0 + position }
                unsafe stream.pointee.avail_in = available
                unsafe stream.pointee.next_out = output.baseAddress
                unsafe stream.pointee.avail_out = room
                result = unsafe inflate(stream, Z_NO_FLUSH)
            }
            count = unsafe Int(room - stream.pointee.avail_out)
        }
        // The pointers are not used again.
        let unused = unsafe stream.pointee.avail_in
        position += Int(available - unused)
        isOutputPending = output.count == Int(room)
        switch result {
        case Z_OK, Z_BUF_ERROR:
            break
        case Z_STREAM_END:
            isOutputPending = false
            state = coding == .gzip ? .start : .ended
        case Z_MEM_ERROR:
            throw .outOfMemory
        default:
            // Also a preset dictionary, which HTTP does not have.
            throw .corrupt
        }
        return output
    }
}
