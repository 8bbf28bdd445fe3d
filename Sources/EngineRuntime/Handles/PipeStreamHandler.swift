/// What a ``PipeStream`` tells its owner, always on the loop's thread and from libuv's callbacks.
///
/// A handler may close the stream in any of them; only ``streamDidClose()`` follows then.
package protocol PipeStreamHandler: AnyObject {
    /// The socket is connected; bytes may be written and read.
    func streamDidConnect()
    /// No connection came about; the stream is still to be closed.
    func streamDidFailToConnect(_ error: LibUVError)
    /// Bytes arrived; they are valid only during the call.
    func streamDidRead(_ bytes: RawSpan)
    /// Many bytes, about `count`, wait for a stream that is ``PipeStream/isReadByHandler``; those that
    /// ``PipeStream/read(into:atMost:)`` leaves are told of again.
    ///
    /// - Throws: What reading has thrown, for the stream to make of it what it makes of its own.
    func streamIsReadable(_ count: Int) throws(LibUVError)
    /// The peer has closed its side.
    func streamDidReachEnd()
    /// Reading failed, for example with ``LibUVError/connectionReset``.
    func streamDidFailToRead(_ error: LibUVError)
    /// A write that was pending is in the kernel's hands.
    func streamDidWrite()
    /// A write that was pending failed, for example with ``LibUVError/brokenPipe``.
    func streamDidFailToWrite(_ error: LibUVError)
    /// The handle is gone: the last call.
    func streamDidClose()
}

extension PipeStreamHandler {
    /// For a handler that never reads by itself: the stream goes back to doing so.
    package func streamIsReadable(_ count: Int) throws(LibUVError) {}
}
