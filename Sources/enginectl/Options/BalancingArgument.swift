internal import ArgumentParser
internal import EngineCore

/// How requests are spread over several engines, as the command line has it.
enum BalancingArgument: String, CaseIterable, ExpressibleByArgument {
    case leastRequests = "least-requests"
    case roundRobin = "round-robin"
    case failover

    var method: LoadBalancing {
        switch self {
        case .leastRequests: .leastRequests
        case .roundRobin: .roundRobin
        case .failover: .failover
        }
    }
}
