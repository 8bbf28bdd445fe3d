internal import EngineRuntime
internal import EngineSansIO

/// What a failed attempt to connect says about the next one.
///
/// Source: connect(2), unix(7).
enum ConnectFailure: Hashable, CaseIterable {
    /// The engine is starting or away: retried, `isTransient`.
    case transient
    /// The engine's backlog or a table of this process or system is full: retried, `isTransient`.
    case noRoom
    /// The engine may be starting and not have set the socket's owner and mode yet: retried. It is
    /// not `isTransient`: an operator must act if it stays so.
    case notAllowed
    /// It stays so until somebody changes files, configuration or program: not retried.
    case permanent

    init(_ error: any Error) {
        guard let error = error as? LibUVError else {
            // The socket's file or peer is not trusted.
            self = .notAllowed
            return
        }
        switch error {
        case .tryAgain, .tooManyOpenFiles, .tooManyOpenFilesInSystem, .noBufferSpace, .noMemory:
            self = .noRoom
        case .permissionDenied:
            self = .notAllowed
        case .notADirectory, .tooManySymbolicLinks, .wrongSocketType, .nameTooLong, .notASocket,
            .operationNotPermitted, .invalidArgument, .notSupported, .addressFamilyNotSupported,
            .protocolNotSupported:
            self = .permanent
        default:
            self = .transient
        }
    }

    var isTransient: Bool {
        switch self {
        case .transient, .noRoom: true
        case .notAllowed, .permanent: false
        }
    }

    var poolFailure: PoolConnectFailure {
        switch self {
        case .transient, .notAllowed: .transient
        case .noRoom: .noRoom
        case .permanent: .permanent
        }
    }
}
