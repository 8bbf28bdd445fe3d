import EngineCore

/// Lists of addresses that a daemon looks out for.
public struct WatchlistModule: EngineModule {
    /// The name under which an engine keeps the module.
    public static let name = "watchlist"
    /// The engine that the module talks to.
    public let engine: Engine

    /// Makes the module for an engine.
    public init(engine: Engine) {
        self.engine = engine
    }

    /// The entries of a list.
    ///
    /// Reading changes nothing, so it is sent again when its answer was lost, although it is a `POST`.
    ///
    /// - Throws: ``EngineError``, with the code `http` and the daemon's words for a list that is not there.
    public func entries(of list: String) async throws(EngineError) -> [WatchlistEntry] {
        let reply: Entries = try await send(
            "/watchlist/entries", ["list": list], repeatability: .safe)
        return reply.entries
    }

    /// Adds an entry and answers with its number.
    ///
    /// Adding twice makes two entries, so it is never sent again when it may have been run.
    ///
    /// - Throws: ``EngineError``, whose `delivery` tells whether the entry can have been added.
    public func add(
        _ entry: WatchlistEntry, to list: String
    ) async throws(EngineError) -> Int {
        let receipt: Receipt = try await send("/watchlist/add", Addition(list: list, entry: entry))
        return receipt.number
    }

    /// Removes a list; removing one that is gone is no error.
    ///
    /// - Throws: ``EngineError``: see its codes.
    public func remove(_ list: String) async throws(EngineError) {
        let _: EngineAcknowledgement = try await send(
            "/watchlist/\(list)", method: .delete)
    }
}

/// What is looked out for.
public struct WatchlistEntry: Codable, Sendable, Hashable {
    /// An IP address, as text.
    public let address: String
    /// Why, for people; nil for no reason given.
    public let reason: String?

    /// Makes an entry.
    public init(address: String, reason: String? = nil) {
        self.address = address
        self.reason = reason
    }
}

private struct Entries: Decodable {
    let entries: [WatchlistEntry]
}

private struct Addition: Encodable {
    let list: String
    let entry: WatchlistEntry
}

private struct Receipt: Decodable {
    let number: Int
}
