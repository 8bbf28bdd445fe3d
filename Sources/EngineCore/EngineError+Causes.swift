// The one place where causes become codes and messages.
extension EngineError {
    static func unsupportedScheme(_ scheme: String) -> EngineError {
        EngineError(
            .unsupportedProtocol, message: "the endpoint's protocol is not supported",
            detail: "the endpoint's protocol is not supported: \(scheme)", delivery: .neverSent)
    }

    static func invalidSocketPath(_ cause: SocketPath.Invalid, path: String) -> EngineError {
        let message =
            switch cause {
            case .empty: "the socket path is empty"
            case .tooLong(let length):
                "the socket path is too long (\(length) bytes, at most \(SocketPath.maximumLength))"
            case .containsNUL: "the socket path contains a NUL"
            }
        return EngineError(
            .connection, message: message, detail: "\(message): \(path.debugDescription)",
            underlying: cause, delivery: .neverSent)
    }

    /// - Parameters:
    ///   - limit: The time limit that passed before a connection was there, if one did.
    ///   - phase: What the request was doing then.
    static func cannotConnect(
        _ cause: any Error, path: SocketPath, limit: String? = nil,
        during phase: ExchangePhase = .connecting
    ) -> EngineError {
        let reason =
            switch cause as? LibUVError {
            case nil: "the engine's socket is not trusted"
            case .noSuchFile: "the engine's socket does not exist"
            case .connectionRefused: "nothing listens on the engine's socket"
            case .permissionDenied: "no permission to use the engine's socket"
            case .tryAgain: "the engine does not accept connections fast enough"
            case .tooManyOpenFiles: "this process has no file descriptor left"
            case .notADirectory: "a part of the engine's socket path is not a directory"
            case .tooManySymbolicLinks: "the engine's socket path has too many symbolic links"
            case .wrongSocketType: "the engine's socket is not a stream socket"
            case let number?: "no connection to the engine (\(number.name))"
            }
        let end = limit.map { "; \($0) passed while \(phase.activity)" } ?? ""
        return EngineError(
            .connection, message: reason + end, detail: "\(reason): \(path): \(cause)\(end)",
            underlying: cause, delivery: .neverSent,
            isTransient: ConnectFailure(cause).isTransient)
    }

    static func unknownPeer(_ cause: LibUVError, _ name: String) -> EngineError {
        let underlying: any Error = cause == .noSuchFile ? UntrustedSocket.unknownUser : cause
        let message = "the engine's user is not known"
        return EngineError(
            .connection, message: message,
            detail: "\(message): \(name.debugDescription): \(underlying)",
            underlying: underlying, delivery: .neverSent, isTransient: cause != .noSuchFile)
    }

    /// - Parameter limit: The time limit with its value.
    static func timeout(
        _ limit: String, during phase: ExchangePhase, delivery: RequestDelivery,
        subject: String? = nil, underlying: (any Error)?
    ) -> EngineError {
        let message = "\(limit) passed while \(phase.activity)"
        let cause = underlying.map { "; last met: \($0)" } ?? ""
        return EngineError(
            .timeout, message: message, detail: message.about(subject) + cause,
            underlying: underlying,
            delivery: delivery, isTransient: true)
    }

    static func cancelled(
        _ phase: ExchangePhase, delivery: RequestDelivery, subject: String? = nil
    ) -> EngineError {
        let message = "cancelled while \(phase.activity)"
        return EngineError(
            .cancelled, message: message, detail: message.about(subject),
            underlying: CancellationError(), delivery: delivery)
    }

    static let cancelledEarly = EngineError(
        .cancelled, message: "cancelled before the request was sent",
        underlying: CancellationError(), delivery: .neverSent)

    static func connectionLost(
        _ cause: any Error, hasResponse: Bool, delivery: RequestDelivery
    ) -> EngineError {
        let message =
            hasResponse
            ? "the engine closed the connection inside a response"
            : "the engine closed the connection without a response"
        return EngineError(
            delivery == .neverSent ? .connection : .http, message: message,
            detail: "\(message): \(cause)",
            underlying: cause, delivery: delivery, isTransient: true)
    }

    static func malformedResponse(
        _ cause: HTTPParseError, delivery: RequestDelivery
    ) -> EngineError {
        let message = "the engine's response is not valid HTTP, or over a limit"
        return EngineError(
            .http, message: message, detail: "\(message): \(cause)", underlying: cause,
            delivery: delivery)
    }

    static func bodyUnavailable(_ cause: any Error, delivery: RequestDelivery) -> EngineError {
        let message =
            switch cause as? BodyEncoder.Mismatch {
            case .tooLong?: "the request's body has more bytes than its length says"
            case .tooShort?: "the request's body has fewer bytes than its length says"
            case nil: "the request's body can't be read"
            }
        return EngineError(
            .unexpected, message: message, detail: "\(message): \(cause)", underlying: cause,
            delivery: delivery)
    }

    static func unencodable(_ cause: RequestEncodingError) -> EngineError {
        let message = "the request can't be sent as HTTP"
        return EngineError(
            .unexpected, message: message, detail: "\(message): \(cause)", underlying: cause,
            delivery: .neverSent)
    }

    static func loopUnavailable(_ cause: LibUVError) -> EngineError {
        let message =
            cause == .otherProcess
            ? "the event loop belongs to the parent process: after fork() make a new one"
            : "the event loop is not running"
        return EngineError(
            .unexpected, message: message, detail: "\(message): \(cause)", underlying: cause,
            delivery: .neverSent, isTransient: cause == .tooManyOpenFiles)
    }

    static let closed = closed(.neverSent)

    static func closed(_ delivery: RequestDelivery) -> EngineError {
        EngineError(.unexpected, message: "the client is closed", delivery: delivery)
    }

    static let shuttingDown = EngineError(
        .unexpected, message: "the client is shutting down and takes no more requests",
        delivery: .neverSent)

    static let unhealthy = EngineError(
        .connection, message: "no engine is well enough to be asked", delivery: .neverSent,
        isTransient: true)

    package static func invalid(_ setting: String, _ rule: String) -> EngineError {
        let cause = InvalidSetting(name: setting, rule: rule)
        return EngineError(
            .unexpected, message: "the configuration is not valid: \(cause)", underlying: cause,
            delivery: .neverSent)
    }

    static let queueFull = EngineError(
        .unexpected, message: "too many requests wait for the engine", delivery: .neverSent,
        isTransient: true)

    static func refused(
        _ response: EngineResponse, engineMessage: String?, retryAfter: Duration? = nil
    ) -> EngineError {
        let status = response.status
        var message = "the engine refused the request"
        if !response.isSuccess { message = "the engine answered with HTTP status \(status)" }
        if HTTPStatus.isRedirection(status) { message += "; redirects are not followed" }
        var detail = engineMessage.map { "\(message): \($0)" } ?? message
        if HTTPStatus.isRedirection(status), let location = response.headers["Location"] {
            detail += "; Location: \(location)"
        }
        return EngineError(
            .http, message: message, detail: detail, delivery: .consumed,
            isTransient: [408, 425, 429, 502, 503, 504].contains(status),
            response: Response(response), engineMessage: engineMessage, retryAfter: retryAfter)
    }

    static func invalidJSON(_ cause: any Error, _ response: EngineResponse) -> EngineError {
        let message = "the engine's response is not the JSON that was asked for"
        return EngineError(
            .invalidJSON, message: message,
            detail: "\(message): \(text(of: cause))\(explanation(of: response.headers))",
            underlying: cause, delivery: .consumed, response: Response(response))
    }

    private static func text(of cause: any Error) -> String {
        guard let cause = cause as? JSONError, !cause.path.isEmpty else { return "\(cause)" }
        var path = ""
        for component in cause.path {
            switch component {
            case .name(let name): path += path.isEmpty ? name : ".\(name)"
            case .index(let index): path += "[\(index)]"
            }
        }
        return "\(cause) in \(path)"
    }

    /// The fields that say why a body is not JSON.
    private static func explanation(of headers: HeaderFields) -> String {
        var explanation = ""
        if let coding = headers["Content-Encoding"], coding.lowercased() != "identity" {
            explanation += "; Content-Encoding: \(coding)"
        }
        // The Wazuh Engine sends JSON as `plain/text`.
        if let type = headers["Content-Type"], !type.lowercased().contains("json"),
            !type.lowercased().hasPrefix("plain/text")
        {
            explanation += "; Content-Type: \(type)"
        }
        return explanation
    }

    static func undecodable(
        _ cause: ContentDecodingError, _ coding: ContentCoding, _ response: Response,
        _ delivery: RequestDelivery
    ) -> EngineError {
        let message = "the engine's response can't be decoded from \(coding.rawValue)"
        return EngineError(
            .http, message: message, detail: "\(message): \(cause)", underlying: cause,
            delivery: delivery, response: response)
    }

    static func unencodableJSON(_ cause: any Error) -> EngineError {
        let message = "the request's body can't be written as JSON"
        return EngineError(
            .unexpected, message: message, detail: "\(message): \(cause)", underlying: cause,
            delivery: .neverSent)
    }
}

extension String {
    /// A message for the log, with what it is about.
    fileprivate func about(_ subject: String?) -> String {
        subject.map { "\(self): \($0)" } ?? self
    }
}
