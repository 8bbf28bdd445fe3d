internal import EngineModules

extension EngineStatus: TextRepresentable {
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
            TimeText.seconds(state.lastSuccessfulUpdate), state.hash.orDash,
        ]
    }
}
