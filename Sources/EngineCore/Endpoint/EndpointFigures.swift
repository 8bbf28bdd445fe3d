internal import EngineSansIO

/// Figures of an endpoint at one moment.
struct EndpointFigures {
    let active: Int
    let idle: Int
    let live: Int
    let unproven: Int
    let waiting: Int
    let limit: Int
    let outstanding: Int
    let isRetired: Bool
    let totals: PoolStatistics
}
