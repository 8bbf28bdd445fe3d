internal import EngineModules

extension TesterSessionEntry: TableRow {
    static var columns: [String] {
        ["NAME", "SPACE", "STATUS", "LIFETIME", "LAST USED", "DESCRIPTION"]
    }

    var cells: [String] {
        [
            session.name, session.namespaceID, status.rawValue, String(session.lifetime),
            TimeText.seconds(lastUse), (session.description ?? "").orDash,
        ]
    }
}

extension TesterResult: TextRepresentable {
    var text: String {
        [output.text, tracesText, validation?.text ?? ""]
            .filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private var tracesText: String {
        guard !assetTraces.isEmpty else { return "" }
        var table = TextTable(columns: ["ASSET", "SUCCESS", "STEP"])
        for trace in assetTraces {
            let names = [trace.asset, trace.isSuccess.yesOrNo]
            table.rows.append(names + [(trace.traces.first ?? "").orDash])
            table.rows += trace.traces.dropFirst().map { ["", "", $0] }
        }
        return table.text
    }
}

extension OutputValidation: TextRepresentable {
    var text: String {
        let verdict = "valid: \(isValid.yesOrNo)\n"
        return errors.isEmpty ? verdict : verdict + "\n" + errors.text
    }
}

extension OutputValidation.Failure: TableRow {
    static var columns: [String] { ["PATH", "KIND", "EXPECTED", "ACTUAL"] }

    var cells: [String] {
        [path, kind, (expected ?? "").orDash, (actual ?? "").orDash]
    }
}
