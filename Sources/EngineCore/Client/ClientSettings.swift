internal import EngineSansIO

/// What of a configuration concerns all endpoints and exchanges alike.
final class ClientSettings: Sendable {
    let retries: Int
    let phaseLimits: PhaseLimits
    let stallTimeout: Int64
    let totalTimeout: Int64
    let healthCheck: HealthCheck?

    init(_ configuration: EngineConfiguration) {
        retries = max(0, configuration.retries)
        phaseLimits = configuration.phaseTimeouts.limits
        stallTimeout = configuration.stallTimeout.clampedNanoseconds
        totalTimeout = configuration.totalTimeout.clampedNanoseconds
        healthCheck = configuration.healthCheck
    }

    /// A limit in words, with its value.
    func text(_ limit: ExchangeLimit, of exchange: Exchange) -> String {
        let nanoseconds: Int64? =
            switch limit {
            case .timeout, .healthCheckTimeout: exchange.timeout
            case .stallTimeout: exchange.stallTimeout(self)
            case .totalTimeout: exchange.deadlines.total(since: exchange.startedAt)
            case .phase(let phase): phaseLimits[phase]
            }
        return limit.text(nanoseconds: nanoseconds)
    }
}
