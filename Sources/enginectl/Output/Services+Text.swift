internal import EngineModules

extension IOCState: TableRow {
    static var columns: [String] { ["UPDATING", "HASH", "LAST ERROR"] }

    var cells: [String] { [isUpdating.yesOrNo, hash.orDash, lastError.orDash] }
}

extension EventDumperStatus: TextRepresentable {
    var text: String { "active: \(isActive.yesOrNo)\n" }
}

extension RawEventIndexerStatus: TextRepresentable {
    var text: String { "enabled: \(isEnabled.yesOrNo)\n" }
}
