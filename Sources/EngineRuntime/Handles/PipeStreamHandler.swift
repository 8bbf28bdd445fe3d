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
