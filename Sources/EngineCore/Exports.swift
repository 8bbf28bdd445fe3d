// Users of the client need the names of the layers below: header fields, limits, the loop, JSON.
@_exported public import EngineJSON
@_exported public import EngineRuntime
@_exported public import EngineSansIO
