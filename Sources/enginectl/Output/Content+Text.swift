internal import EngineModules

extension ResourceSummary: TableRow {
    static var columns: [String] { ["UUID", "NAME"] }

    var cells: [String] { [uuid, name] }
}
