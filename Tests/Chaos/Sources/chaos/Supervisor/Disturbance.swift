/// Something that happens to an engine, or to the clients.
struct Disturbance: Sendable {
    /// What happens.
    enum Kind: Sendable {
        /// SIGKILL, and a new engine after the duration.
        case kill
        /// SIGKILL several times in a row, each time with a new engine at once.
        case flap(times: Int)
        /// SIGSTOP, and SIGCONT after the duration.
        case stop
        /// SIGSTOP, and SIGKILL after the duration, with requests unread.
        case stopAndKill
        /// An end in good order, and a new engine after the duration.
        case restart
        /// Somebody else listens in the engine's place.
        case squat(Squatter.Manner, seed: UInt64)
        /// Something else lies in the socket's place.
        case obstruct(Obstacle)
        /// The engine may open so many more descriptors.
        case starve(spare: Int)
        /// So many connections of others take up workers and backlog.
        case crowd(connections: Int, sendsHalf: Bool)
        /// The socket's file goes, and a second engine takes the place.
        case unlink
        /// Answers go wrong.
        case faults([AnswerFault])
        /// A client process is stopped for the duration.
        case freezeClient

        /// Its name in reports.
        var name: String {
            switch self {
            case .kill: "kill"
            case .flap: "flap"
            case .stop: "stop"
            case .stopAndKill: "stop and kill"
            case .restart: "restart"
            case .squat(let manner, _): "squat: \(manner.rawValue)"
            case .obstruct(let obstacle): "obstruct: \(obstacle.rawValue)"
            case .starve: "starve of descriptors"
            case .crowd: "crowd"
            case .unlink: "unlink"
            case .faults(let faults):
                "answers: " + faults.map(\.kind.rawValue).joined(separator: ", ")
            case .freezeClient: "freeze a client"
            }
        }
    }

    /// What is no socket.
    enum Obstacle: String, Sendable, CaseIterable {
        case file
        case directory
        case danglingLink
        case nothing
    }

    let kind: Kind
    /// Milliseconds before it begins, after the one before.
    let delay: Double
    /// Milliseconds that it lasts.
    let duration: Double
}

extension Disturbance: CustomStringConvertible {
    var description: String {
        let detail: String =
            switch kind {
            case .flap(let times): " \(times) times"
            case .squat(_, let seed): " seed \(seed)"
            case .starve(let spare): " all but \(spare)"
            case .crowd(let connections, let sendsHalf):
                " \(connections) connections\(sendsHalf ? ", each with half a request" : "")"
            case .faults(let faults): " " + faults.map(\.text).joined(separator: " ")
            default: ""
            }
        return "+\(Int(delay)) ms \(kind.name)\(detail), \(Int(duration)) ms"
    }
}
