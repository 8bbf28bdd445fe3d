internal import EngineRuntime

/// The module types of one engine by name.
///
/// Types and not modules: a module holds its engine, and an engine that held it would never go.
final class ModuleRegistry: Sendable {
    private let types = Locked<[String: any EngineModule.Type]>([:])

    /// Adds all of the types, or none.
    func add(_ added: [any EngineModule.Type]) throws(EngineError) {
        let taken = types.withLock { types -> String? in
            var all = types
            for type in added where all.updateValue(type, forKey: type.name) != nil {
                return type.name
            }
            types = all
            return nil
        }
        if let taken {
            throw EngineError(
                .unexpected, message: "a module of this name is registered already",
                detail: "a module of this name is registered already: \(taken)",
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
