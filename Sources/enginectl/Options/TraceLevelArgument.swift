internal import ArgumentParser
internal import EngineModules

/// How much a test tells, on the command line.
enum TraceLevelArgument: String, CaseIterable, ExpressibleByArgument {
    case none
    case assetOnly = "asset-only"
    case all

    var level: TraceLevel {
        switch self {
        case .none: .none
        case .assetOnly: .assetOnly
        case .all: .all
        }
    }
}
