import EngineCore
import EngineTesting
import Foundation
import Watchlist

/// The daemon that the tests talk to: as much of it as the module needs.
actor Daemon {
    private struct Query: Decodable {
        let list: String
    }

    private struct Addition: Decodable {
        let list: String
        let entry: WatchlistEntry
    }

    private struct Reply: Encodable {
        let status = "OK"
        var number: Int?
        var entries: [WatchlistEntry]?
    }

    private var lists: [String: [WatchlistEntry]] = [:]

    func answer(_ request: EmbeddedRequest) -> EmbeddedResponse {
        do {
            return try run(request)
        } catch {
            return .json(#"{"status":"ERROR","error":"bad request"}"#, status: 400)
        }
    }

    private func run(_ request: EmbeddedRequest) throws -> EmbeddedResponse {
        let body = Data(request.body)
        switch (request.method, request.path) {
        case (.post, "/watchlist/add"):
            let addition = try JSONDecoder().decode(Addition.self, from: body)
            lists[addition.list, default: []].append(addition.entry)
            return try .reply(Reply(number: lists[addition.list]?.count))
        case (.post, "/watchlist/entries"):
            let query = try JSONDecoder().decode(Query.self, from: body)
            guard let entries = lists[query.list] else {
                return .json(#"{"status":"ERROR","error":"no such list"}"#, status: 400)
            }
            return try .reply(Reply(entries: entries))
        case (.delete, let path):
            lists[String(path.dropFirst("/watchlist/".count))] = nil
            return try .reply(Reply())
        default:
            return EmbeddedResponse(status: 404)
        }
    }
}

extension EmbeddedResponse {
    fileprivate static func reply(_ value: some Encodable) throws -> EmbeddedResponse {
        .json(String(decoding: try JSONEncoder().encode(value), as: UTF8.self))
    }
}
