import EngineCore
import EngineTesting
import Testing
import Watchlist

/// What every module owes its users, checked call by call: nine checks for each.
@Test func conformance() async throws {
    let entry = WatchlistEntry(address: "192.0.2.7", reason: "scanner")
    try await EngineModuleConformance<WatchlistModule>(calls: [
        .init(
            "entries", .post, "/watchlist/entries", isRepeatable: true,
            body: .exactly(["list": "mine"]),
            reply: [
                "status": "OK", "entries": [["address": "192.0.2.7", "reason": "scanner"]],
            ],
            make: { try await $0.entries(of: "mine") }, returns: { $0 == [entry] }),
        .init(
            "add", .post, "/watchlist/add", isRepeatable: false,
            body: .exactly([
                "list": "mine", "entry": ["address": "192.0.2.7", "reason": "scanner"],
            ]),
            reply: ["status": "OK", "number": 7],
            make: { try await $0.add(entry, to: "mine") }, returns: { $0 == 7 }),
        .init(
            "remove", .delete, "/watchlist/mine", isRepeatable: true,
            body: EngineModuleConformance.Call.Body.none,
            make: { try await $0.remove("mine") }),
    ]).check()
}
