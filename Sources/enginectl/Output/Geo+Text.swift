internal import EngineCore
internal import EngineModules

extension GeoDatabase: TableRow {
    static var columns: [String] { ["NAME", "TYPE", "CREATED", "PATH", "HASH"] }

    var cells: [String] {
        [name, kind.rawValue, TimeText.milliseconds(createdAt), path, hash.orDash]
    }
}

extension GeoData: TextRepresentable {
    var text: String {
        let fields = geo.fields(below: "geo") + autonomousSystem.fields(below: "as")
        return TextTable(columns: ["FIELD", "VALUE"], rows: fields).text
    }
}

extension JSONValue {
    /// The path and the text of everything that is no object, in the order of the paths.
    fileprivate func fields(below path: String) -> [[String]] {
        switch self {
        case .object(let members):
            members.sorted { $0.name < $1.name }
                .flatMap { $0.value.fields(below: "\(path).\($0.name)") }
        case .string(let text): [[path, text]]
        default: [[path, JSONText.compact(self)]]
        }
    }
}
