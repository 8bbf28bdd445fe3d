internal import EngineRuntime
internal import EngineSansIO

// Large bodies, which are read to where they stay: past the loop's buffer and the parser.
extension Connection {
    // All that a Unix socket holds by default on Linux: the peer is woken once for it.
    private static var directReadSize: Int { 256 * 1024 }
    private static var leastDirectBody: Int { 64 * 1024 }
    // From the first megabyte to the largest body that is collected by default.
    private static var believedGrowth: Int { 64 }

    /// Sets how many of the next bytes are the body's whatever they are, and with that how they are
    /// read.
    func setBodyBytesToCome(_ count: Int) {
        bodyBytesToCome = count
        let isReadDirectly = count >= Self.leastDirectBody
        if isReadDirectly != stream.isReadByHandler { stream.isReadByHandler = isReadDirectly }
    }

    func streamIsReadable(_ readable: Int) throws(LibUVError) {
        // Room for what arrives meanwhile too, and not for much more than arrives.
        let limit = min(2 * readable, bodyBytesToCome, Self.directReadSize)
        let count: Int
        if let channel = exchange?.channel {
            var chunk: [UInt8] = []
            count = try stream.read(into: &chunk, atMost: limit)
            noteReceived(count)
            // A chunk that waits must not hold much more memory than it counts for.
            if count < limit / 4 { chunk = Array(chunk[...]) }
            if !channel.append(chunk) { pauseReading() }
        } else {
            makeRoom(for: limit)
            count = try stream.read(into: &body, atMost: limit)
            noteReceived(count)
        }
        setBodyBytesToCome(parser.skipBody(count))
        let nothing: [UInt8] = []
        if bodyBytesToCome == 0 { nothing.withRawSpan { proceed($0) } }
    }

    // A length is believed as far as a good part of the body has come: no byte moves often, and an
    // absurd length costs nothing.
    private func makeRoom(for count: Int) {
        guard body.capacity - body.count < count, case .length(let length)? = head?.framing
        else { return }
        body.reserveCapacity(min(length, Self.believedGrowth * (body.count + count)))
    }
}
