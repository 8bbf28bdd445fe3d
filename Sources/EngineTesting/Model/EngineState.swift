internal import EngineSansIO

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// What a Wazuh Engine knows, as a value: requests change it, and answers come from it alone.
///
/// A new one is an engine that has just been started with nothing on its disk, as the recorded one
/// was. What the recordings and the API's description leave open is guessed; each area says what.
public struct EngineState: Sendable {
    /// The namespaces with their policies and resources.
    public var content = ContentState()
    /// The router's routes.
    public var router = RouterState()
    /// The tester's sessions.
    public var tester = TesterState()
    /// The metrics.
    public var metrics = MetricsState()
    /// The databases that tell where an address is.
    public var geo = GeoState()
    /// The indicators of compromise.
    public var ioc = IndicatorState()
    /// Whether events are dumped to a file.
    public var isDumpingEvents = false
    /// Whether events are indexed as they come.
    public var indexesRawEvents = false
    /// When the engine was started, in milliseconds since 1970; nil for the start of the server
    /// that it is given to.
    public var startedAt: Int64?

    /// Makes the state of an engine that has just been started and has nothing.
    public init() {}
}

extension EngineState {
    /// Runs a request: changes the state as the engine would, and answers it.
    ///
    /// - Parameters:
    ///   - request: The request. `HEAD` is answered as `GET`; a query is passed over.
    ///   - time: The time of day, in milliseconds since 1970.
    public mutating func answer(_ request: EmbeddedRequest, at time: Int64) -> EmbeddedResponse {
        let path = request.path.prefix { $0 != "?" }
        let method = request.method == .head ? .get : request.method
        guard let endpoint = Endpoint.table[Endpoint.Key(method: method, path: String(path))] else {
            return EmbeddedResponse(status: 404)
        }
        return endpoint.answer(request.body, &self, time)
    }

    /// The time of day, in milliseconds since 1970.
    static var currentTime: Int64 { Int64(Date().timeIntervalSince1970 * 1_000) }
}
