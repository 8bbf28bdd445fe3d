import EngineRuntime
import EngineSansIO
import FuzzSupport

@testable import EngineCore

/// Time and streams without sockets.
final class ScriptedWorld {
    var now = MonotonicTime(nanoseconds: 1_000_000_000)
    /// Streams that were made and have not closed, oldest first.
    var streams: [ScriptedStream] = []
    var madeCount = 0
    /// Whether writes complete at once.
    var takesWrites = true
    /// Whether writing fails.
    var breaksWrites = false
    /// What the kernel says of bytes that the peer has not read.
    var isUnread: Bool?
}

struct ScriptedNetwork: Transport {
    let world: ScriptedWorld

    var now: MonotonicTime { world.now }

    func makeStream() throws(LibUVError) -> ScriptedStream {
        let stream = ScriptedStream(world)
        world.streams.append(stream)
        world.madeCount += 1
        return stream
    }
}

/// A stream whose peer is a script.
final class ScriptedStream: ByteStream {
    enum State {
        case connecting
        case open
        /// The peer sends nothing more.
        case halfClosed
        case closing
    }

    private let world: ScriptedWorld
    private(set) var handler: (any PipeStreamHandler)?
    var state = State.connecting
    var isReadByHandler = false
    private(set) var isWriting = false
    private(set) var bytesWritten = 0
    private(set) var hasDrained = false
    private(set) var isReading = false
    private var pendingCount = 0

    init(_ world: ScriptedWorld) {
        self.world = world
    }

    var hasBytesUnreadByPeer: Bool? { world.isUnread }

    func setHandler(_ handler: any PipeStreamHandler) { self.handler = handler }

    func connect(to path: SocketPath) {}

    func close() {
        state = .closing
        isWriting = false
    }

    func peerCredentials() throws(LibUVError) -> PeerCredentials {
        PeerCredentials(processID: nil, userID: 0, groupID: 0)
    }

    func startReading() throws(LibUVError) { isReading = true }

    func stopReading() { isReading = false }

    func read(into bytes: inout [UInt8], atMost limit: Int) throws(LibUVError) -> Int {
        throw .tryAgain
    }

    func write(_ head: [UInt8], _ body: [UInt8]) throws(LibUVError) -> PipeStream.WriteProgress {
        require(state == .open || state == .halfClosed, "a write to a stream that is not open")
        require(!isWriting, "a write beside another")
        hasDrained = false
        let count = head.count + body.count
        if world.breaksWrites { throw .brokenPipe }
        if world.takesWrites {
            bytesWritten += count
            return .complete
        }
        // The kernel has taken a byte less.
        bytesWritten += count - 1
        pendingCount = 1
        isWriting = true
        return .pending
    }

    // MARK: The script's side

    func connected() {
        state = .open
        handler?.streamDidConnect()
    }

    func failedToConnect(_ error: LibUVError) { handler?.streamDidFailToConnect(error) }

    func deliver(_ bytes: [UInt8]) {
        bytes.withRawSpan { handler?.streamDidRead($0) }
    }

    func end(isReset: Bool) {
        state = .halfClosed
        if isReset {
            handler?.streamDidFailToRead(.connectionReset)
        } else {
            handler?.streamDidReachEnd()
        }
    }

    func finishWrite() {
        guard isWriting else { return }
        isWriting = false
        hasDrained = true
        bytesWritten += pendingCount
        handler?.streamDidWrite()
    }

    func failWrite() {
        guard isWriting else { return }
        isWriting = false
        handler?.streamDidFailToWrite(.brokenPipe)
    }

    func finishClose() {
        world.streams.removeAll { $0 === self }
        let handler = handler
        self.handler = nil
        handler?.streamDidClose()
    }
}
