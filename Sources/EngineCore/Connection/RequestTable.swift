internal import EngineSansIO

/// The requests that have not ended, by their numbers.
///
/// Numbers are given in order, so that the number itself is the best of hashes: open addressing
/// with linear probing, at most half full.
struct RequestTable {
    private var places = [PendingRequest?](repeating: nil, count: 16)
    private(set) var count = 0

    private var mask: Int { places.count - 1 }

    private func home(of id: RequestID) -> Int { Int(truncatingIfNeeded: id.number) & mask }

    private func position(of id: RequestID) -> Int? {
        var position = home(of: id)
        while let request = places[position] {
            if request.id == id { return position }
            position = (position + 1) & mask
        }
        return nil
    }

    subscript(id: RequestID) -> PendingRequest? {
        position(of: id).flatMap { places[$0] }
    }

    /// Adds a request whose number is not in the table.
    mutating func insert(_ request: PendingRequest) {
        if 2 * (count + 1) > places.count { grow() }
        place(request)
        count += 1
    }

    private mutating func place(_ request: PendingRequest) {
        var position = home(of: request.id)
        while places[position] != nil { position = (position + 1) & mask }
        places[position] = request
    }

    private mutating func grow() {
        let requests = places
        places = [PendingRequest?](repeating: nil, count: 2 * requests.count)
        for case let request? in requests { place(request) }
    }

    /// Removes a request; one that is not there is no error.
    mutating func remove(_ id: RequestID) {
        guard var hole = position(of: id) else { return }
        places[hole] = nil
        count -= 1
        // Those that were pushed past the hole move up, or they would not be found.
        var position = (hole + 1) & mask
        while let request = places[position] {
            let start = home(of: request.id)
            if (position - start) & mask >= (position - hole) & mask {
                places[hole] = request
                places[position] = nil
                hole = position
            }
            position = (position + 1) & mask
        }
    }

    var all: some Sequence<PendingRequest> { places.lazy.compactMap { $0 } }
}
