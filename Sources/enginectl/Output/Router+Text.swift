internal import EngineModules

extension RouteEntry: TableRow {
    static var columns: [String] {
        ["PRIORITY", "NAME", "SPACE", "STATUS", "UPTIME", "DESCRIPTION"]
    }

    var cells: [String] {
        [
            String(route.priority), route.name, route.namespaceID, status.rawValue, "\(uptime)s",
            (route.description ?? "").orDash,
        ]
    }
}
