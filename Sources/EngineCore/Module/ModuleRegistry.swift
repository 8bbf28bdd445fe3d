internal import EngineRuntime

/// The module types of one engine by name.
///
/// Types and not modules: a module holds its engine, and an engine that held it would never go.
final class ModuleRegistry: Sendable {
    private let types = Locked<[String: any EngineModule.Type]>([:])

    func add(_ type: any EngineModule.Type) throws(EngineError) {
        let isNew = types.withLock { types in
            guard types[type.name] == nil else { return false }
            types[type.name] = type
            return true
        }
        guard isNew else {
            throw EngineError(
                .unexpected, message: "a module of this name is registered already",
                detail: "a module of this name is registered already: \(type.name)",
                delivery: .neverSent)
        }
    }

    func type(named name: String) -> (any EngineModule.Type)? {
        types.withLock { types in types[name] }
    }

    var names: [String] {
        types.withLock { types in types.keys.sorted() }
    }
}
