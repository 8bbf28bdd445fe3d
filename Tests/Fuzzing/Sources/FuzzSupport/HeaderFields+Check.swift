package import EngineSansIO

extension HeaderFields {
    /// Checks that the fields are as many lines as they say, and nothing else.
    package func requireWellFormed() {
        let lineFeeds = wire.count { $0 == .lineFeed }
        let returns = wire.count { $0 == .carriageReturn }
        require(lineFeeds == count && returns == count, "\(count) fields in \(lineFeeds) lines")
        require(!wire.contains(0), "a NUL in a field")
        require(count == 0 || wire.suffix(2) == [.carriageReturn, .lineFeed], "an open line")
        require(invalidField == nil, "an invalid field from a peer")
    }
}
