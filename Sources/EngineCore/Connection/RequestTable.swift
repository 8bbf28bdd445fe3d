internal import EngineSansIO

/// What a ``RequestTable`` holds.
protocol TableEntry: AnyObject {
    var id: RequestID { get }
    /// Where the one table that holds it has it; the table's to set.
    var place: Int { get set }
}

/// The requests that have not ended, by their numbers and by their places.
///
/// Numbers are given in order, which multiplying by the golden ratio spreads evenly: open addressing
/// with linear probing, at most half full. A request's place is a small number that it has as long
/// as it is in the table.
struct RequestTable<Request: TableEntry> {
    private var hashed = [Request?](repeating: nil, count: 16)
    private var places: [Request?] = []
    private var freePlaces: [Int] = []

    private var mask: Int { hashed.count - 1 }
    private var count: Int { places.count - freePlaces.count }

    private func home(of id: RequestID) -> Int {
        Int(truncatingIfNeeded: (id.number &* 0x9E37_79B9_7F4A_7C15) >> 32) & mask
    }

    private func position(of id: RequestID) -> Int? {
        var position = home(of: id)
        while let request = hashed[position] {
            if request.id == id { return position }
            position = (position + 1) & mask
        }
        return nil
    }

    subscript(id: RequestID) -> Request? {
        position(of: id).flatMap { hashed[$0] }
    }

    subscript(place place: Int) -> Request? {
        places.indices.contains(place) ? places[place] : nil
    }

    var all: some Sequence<Request> { places.lazy.compactMap { $0 } }

    /// Adds a request whose number is not in the table.
    mutating func insert(_ request: Request) {
        if let place = freePlaces.popLast() {
            places[place] = request
            request.place = place
        } else {
            request.place = places.count
            places.append(request)
        }
        if 2 * count > hashed.count { grow() }
        hash(request)
    }

    private mutating func hash(_ request: Request) {
        var position = home(of: request.id)
        while hashed[position] != nil { position = (position + 1) & mask }
        hashed[position] = request
    }

    private mutating func grow() {
        let requests = hashed
        hashed = [Request?](repeating: nil, count: 2 * requests.count)
        for case let request? in requests { hash(request) }
    }

    /// Removes a request; one that is not there is no error.
    mutating func remove(_ request: Request) {
        guard var hole = position(of: request.id) else { return }
        places[request.place] = nil
        freePlaces.append(request.place)
        hashed[hole] = nil
        // Those that were pushed past the hole move up, or they would not be found.
        var position = (hole + 1) & mask
        while let other = hashed[position] {
            if (position - home(of: other.id)) & mask >= (position - hole) & mask {
                hashed[hole] = other
                hashed[position] = nil
                hole = position
            }
            position = (position + 1) & mask
        }
    }
}
