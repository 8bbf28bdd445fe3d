// Large bodies, which are read to where they stay: past the loop's buffer and the parser.
extension ClientConnection {
    // All that a Unix socket holds by default on Linux: the peer is woken once for it.
    private static let directReadSize = 256 * 1024
    private static let leastDirectBody = 64 * 1024
    // From the first megabyte to the largest body that is collected by default.
    private static let believedGrowth = 64

    /// Sets how much of what comes is the body's whatever it is, and with that how it is read.
    func setBodyBytesToCome(_ count: Int) {
        bodyBytesToCome = count
        let isReadDirectly = count >= Self.leastDirectBody
        if isReadDirectly != stream.isReadByHandler { stream.isReadByHandler = isReadDirectly }
    }

    func streamIsReadable(_ readable: Int) throws(LibUVError) {
        // Room for what arrives meanwhile too, and not for much more than arrives.
        let limit = min(2 * readable, bodyBytesToCome, Self.directReadSize)
        let count: Int
        if let channel = request?.channel {
            var chunk: [UInt8] = []
            count = try stream.read(into: &chunk, atMost: limit)
            noteReceived(count)
            // What waits to be taken must not hold much more memory than it counts for.
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

    // A length is believed as far as a good part of the body has come: no byte moves often, and a
    // length that nobody could hold costs nothing.
    private func makeRoom(for count: Int) {
        guard body.capacity - body.count < count, case .length(let length)? = head?.framing
        else { return }
        body.reserveCapacity(min(length, Self.believedGrowth * (body.count + count)))
    }
}
