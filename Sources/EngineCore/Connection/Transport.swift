internal import EngineRuntime
internal import EngineSansIO

/// What connections are made of, and the time by which they are judged: sockets of a loop in the
/// product, a simulation in tests.
protocol Transport {
    associatedtype Stream: ByteStream

    var now: MonotonicTime { get }

    /// Makes a stream without a connection.
    ///
    /// - Throws: `LibUVError/canceled` when the loop is being shut down, or another `LibUVError`.
    func makeStream() throws(LibUVError) -> Stream
}

/// A stream socket that reports to a `PipeStreamHandler`. `PipeStream` says what each member does.
protocol ByteStream: AnyObject {
    var isReadByHandler: Bool { get set }
    var isWriting: Bool { get }
    var bytesWritten: Int { get }
    var hasDrained: Bool { get }
    var hasBytesUnreadByPeer: Bool? { get }

    func setHandler(_ handler: any PipeStreamHandler)
    func connect(to path: SocketPath)
    func close()
    func peerCredentials() throws(LibUVError) -> PeerCredentials
    func startReading() throws(LibUVError)
    func stopReading()
    func read(into bytes: inout [UInt8], atMost limit: Int) throws(LibUVError) -> Int
    func write(_ head: [UInt8], _ body: [UInt8]) throws(LibUVError) -> PipeStream.WriteProgress
}

extension PipeStream: ByteStream {}

/// Sockets of a loop.
struct LoopTransport: Transport {
    let loop: EngineLoop

    var now: MonotonicTime { .current }

    func makeStream() throws(LibUVError) -> PipeStream { try PipeStream(on: loop) }
}

extension MonotonicTime {
    /// The time of the loops' clock.
    static var current: MonotonicTime {
        MonotonicTime(nanoseconds: Int64(clamping: EngineLoop.nanoseconds))
    }
}
