internal import EngineCore
internal import EngineModules

/// What an engine's status comes down to.
struct HealthReport: Encodable, Equatable {
    /// Whether the engine can do its work.
    let ready: Bool
    /// What it does not have, as `KIND/NAME`.
    let unavailable: [String]
    /// What it is updating.
    let updating: [String]
    /// What it could not update.
    let failed: [String]

    init(_ status: EngineStatus) {
        let resources =
            status.spaces.map { ("space/\($0)", $1.resource) }
            + status.ioc.map { ("ioc/\($0)", $1) } + status.geo.map { ("geo/\($0)", $1) }
        func names(_ isMeant: (ResourceState) -> Bool) -> [String] {
            resources.filter { isMeant($0.1) }.map(\.0).sorted()
        }
        ready = status.isReady
        unavailable = names { !$0.isAvailable }
        updating = names { $0.status == .updating }
        failed = names { $0.status == .failed }
    }
}

extension HealthReport: TextRepresentable {
    var text: String { summary + "\n" }

    /// The report on one line.
    var summary: String {
        let verdict = ready ? TextStyle.green("ready") : TextStyle.red("not ready")
        let lists = [("unavailable", unavailable), ("updating", updating), ("failed", failed)]
        let details = lists.filter { !$0.1.isEmpty }
            .map { "\($0): \($1.joined(separator: " ").onOneLine)" }
        return ([verdict] + details).joined(separator: "; ")
    }
}
