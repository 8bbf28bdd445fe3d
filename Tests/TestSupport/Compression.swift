internal import CZlib

/// How `compress(_:as:)` wraps what it has compressed.
package enum CompressedForm: String, CaseIterable, Sendable {
    case gzip
    case zlib
    case raw

    /// The name that HTTP has for it.
    package var coding: String { self == .gzip ? "gzip" : "deflate" }

    fileprivate var window: Int32 {
        switch self {
        case .gzip: 15 + 16
        case .zlib: 15
        case .raw: -15
        }
    }
}

/// Bytes as zlib compresses them.
package func compress(_ bytes: [UInt8], as form: CompressedForm) -> [UInt8] {
    var stream = unsafe z_stream()
    let size = Int32(unsafe MemoryLayout<z_stream>.size)
    let isReady = unsafe deflateInit2_(
        &stream, Z_BEST_COMPRESSION, Z_DEFLATED, form.window, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
        size)
    precondition(isReady == Z_OK)
    let bound = unsafe Int(deflateBound(&stream, UInt(bytes.count)))
    let compressed = unsafe [UInt8](unsafeUninitializedCapacity: bound) { output, count in
        unsafe bytes.withUnsafeBufferPointer { input in
            unsafe stream.next_in = input.baseAddress
            unsafe stream.avail_in = UInt32(input.count)
            unsafe stream.next_out = output.baseAddress
            unsafe stream.avail_out = UInt32(bound)
            let result = unsafe deflate(&stream, Z_FINISH)
            precondition(result == Z_STREAM_END)
        }
        count = unsafe bound - Int(stream.avail_out)
    }
    _ = unsafe deflateEnd(&stream)
    return compressed
}
