internal import CLibUV

/// An error number of libuv, which on Unix is a negated `errno` or one of libuv's own.
///
/// Source: <https://docs.libuv.org/en/v1.x/errors.html>
public struct LibUVError: Error, Hashable, Sendable {
    /// The negative number as libuv reports it.
    public let code: Int32

    /// Wraps a negative libuv result.
    public init(code: Int32) {
        self.code = code
    }

    /// The constant's name, such as `ECONNREFUSED` (`uv_err_name`).
    public var name: String {
        unsafe Self.text { buffer, length in unsafe uv_err_name_r(code, buffer, length) }
    }

    /// What the number means in English (`uv_strerror`).
    public var message: String {
        unsafe Self.text { buffer, length in unsafe uv_strerror_r(code, buffer, length) }
    }

    // The `_r` forms fill a buffer: the plain ones leak a string for every unknown number.
    // They write no more than they are told, a NUL at the end included.
    private static func text(
        _ fill: (UnsafeMutablePointer<CChar>?, Int) -> UnsafeMutablePointer<CChar>?
    ) -> String {
        let capacity = 128
        return unsafe String(unsafeUninitializedCapacity: capacity) { buffer in
            unsafe buffer.initialize(repeating: 0)
            return unsafe buffer.withMemoryRebound(to: CChar.self) { characters in
                _ = unsafe fill(characters.baseAddress, capacity)
                return unsafe characters.firstIndex(of: 0) ?? capacity
            }
        }
    }
}

extension LibUVError: CustomStringConvertible {
    /// Name and meaning, such as `ECONNREFUSED: connection refused`.
    public var description: String { "\(name): \(message)" }
}

extension LibUVError {
    /// The peer closed its side (`UV_EOF`).
    public static let endOfFile = LibUVError(UV_EOF)
    /// The handle was closed before the operation ended (`UV_ECANCELED`).
    public static let canceled = LibUVError(UV_ECANCELED)
    /// The peer closed with data unread, or died (`ECONNRESET`).
    public static let connectionReset = LibUVError(UV_ECONNRESET)
    /// The peer had closed when bytes were written (`EPIPE`).
    public static let brokenPipe = LibUVError(UV_EPIPE)
    /// The operation would block; on `connect`, the listener's backlog is full (`EAGAIN`).
    public static let tryAgain = LibUVError(UV_EAGAIN)
    /// No such file (`ENOENT`).
    public static let noSuchFile = LibUVError(UV_ENOENT)
    /// Nothing listens on the socket file, or it is no socket (`ECONNREFUSED`).
    public static let connectionRefused = LibUVError(UV_ECONNREFUSED)
    /// The caller may not use the socket or a directory above it (`EACCES`).
    public static let permissionDenied = LibUVError(UV_EACCES)
    /// The process has no file descriptor left (`EMFILE`).
    public static let tooManyOpenFiles = LibUVError(UV_EMFILE)
    /// The address is taken (`EADDRINUSE`).
    public static let addressInUse = LibUVError(UV_EADDRINUSE)
    /// The path is longer than the address structure (`ENAMETOOLONG`).
    public static let nameTooLong = LibUVError(UV_ENAMETOOLONG)
    /// What only one may have is taken, such as a loop that runs already (`EBUSY`).
    public static let busy = LibUVError(UV_EBUSY)
    /// A part of the path is not a directory (`ENOTDIR`).
    public static let notADirectory = LibUVError(UV_ENOTDIR)
    /// The path has too many symbolic links (`ELOOP`).
    public static let tooManySymbolicLinks = LibUVError(UV_ELOOP)
    /// The socket has another type, such as datagrams (`EPROTOTYPE`).
    public static let wrongSocketType = LibUVError(UV_EPROTOTYPE)
    /// The descriptor is not a socket (`ENOTSOCK`).
    public static let notASocket = LibUVError(UV_ENOTSOCK)
    /// A security policy forbids the call (`EPERM`).
    public static let operationNotPermitted = LibUVError(UV_EPERM)
    /// The system has no file descriptor left (`ENFILE`).
    public static let tooManyOpenFilesInSystem = LibUVError(UV_ENFILE)
    /// The system has no room for another buffer (`ENOBUFS`).
    public static let noBufferSpace = LibUVError(UV_ENOBUFS)
    /// Out of memory (`ENOMEM`).
    public static let noMemory = LibUVError(UV_ENOMEM)
    /// The system has no sockets of this family (`EAFNOSUPPORT`).
    public static let addressFamilyNotSupported = LibUVError(UV_EAFNOSUPPORT)
    /// The system does not speak the protocol (`EPROTONOSUPPORT`).
    public static let protocolNotSupported = LibUVError(UV_EPROTONOSUPPORT)
    /// An argument that no call can take (`EINVAL`).
    public static let invalidArgument = LibUVError(UV_EINVAL)
    /// The loop is that of another process: this one is a child by `fork()` of the one that started it
    /// (`ESRCH`).
    public static let otherProcess = LibUVError(UV_ESRCH)
    /// Not supported by this kernel or libuv (`ENOTSUP`).
    public static let notSupported = LibUVError(UV_ENOTSUP)

    init(_ constant: uv_errno_t) {
        self.init(code: constant.rawValue)
    }

    /// Throws when a libuv call returned a negative number; otherwise hands the number through.
    @discardableResult
    static func check(_ result: Int32) throws(LibUVError) -> Int32 {
        guard result >= 0 else { throw LibUVError(code: result) }
        return result
    }
}
