public import EngineCore

/// What the engine works with, space by space.
public struct ContentModule: EngineModule {
    /// The name under which the module can be registered.
    public static let name = "content"
    /// The engine that the module talks to.
    public let engine: Engine

    /// Makes the module for an engine.
    public init(engine: Engine) {
        self.engine = engine
    }

    /// The spaces.
    public var namespaces: NamespacesModule { engine.module(NamespacesModule.self) }
    /// The policies, one for each space.
    public var policies: PoliciesModule { engine.module(PoliciesModule.self) }
    /// The resources in the spaces.
    public var resources: ResourcesModule { engine.module(ResourcesModule.self) }
}

extension Engine {
    /// What the engine works with, space by space.
    public var content: ContentModule { module(ContentModule.self) }
}
