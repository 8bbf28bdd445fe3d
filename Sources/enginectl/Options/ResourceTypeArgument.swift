internal import ArgumentParser
internal import EngineModules

/// A kind of content, on the command line.
enum ResourceTypeArgument: String, CaseIterable, ExpressibleByArgument {
    case decoder
    case output
    case filter
    case integration
    case kvdb

    var type: ResourceType { ResourceType(rawValue: rawValue) }
}
