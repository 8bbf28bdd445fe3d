internal import EngineModules

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension EngineStatus {
    /// The status as people read it.
    var text: String {
        var table = TextTable(
            columns: ["KIND", "NAME", "AVAILABLE", "ENABLED", "STATUS", "UPDATED", "HASH"])
        for (name, space) in spaces.sorted(by: { $0.key < $1.key }) {
            table.rows.append(
                Self.row("space", name, space.resource, isEnabled: space.isEnabled.yesOrNo))
        }
        for (kind, resources) in [("ioc", ioc), ("geo", geo)] {
            for (name, resource) in resources.sorted(by: { $0.key < $1.key }) {
                table.rows.append(Self.row(kind, name, resource, isEnabled: "-"))
            }
        }
        return "ready: \(isReady.yesOrNo)\n\n" + table.text
    }

    private static func row(
        _ kind: String, _ name: String, _ state: ResourceState, isEnabled: String
    ) -> [String] {
        [
            kind, name, state.isAvailable.yesOrNo, isEnabled, state.status.rawValue,
            timeText(state.lastSuccessfulUpdate), state.hash.isEmpty ? "-" : state.hash,
        ]
    }

    private static func timeText(_ seconds: Int64) -> String {
        // The end of the year 9999, where ISO 8601 ends.
        let representable: ClosedRange<Int64> = 1...253_402_300_799
        if seconds == 0 { return "never" }
        guard representable.contains(seconds) else { return String(seconds) }
        return Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
    }
}
