internal import EngineRuntime
internal import EngineSansIO

/// How a try ended without a response.
struct ExchangeFailure: Sendable {
    enum Cause: Sendable {
        case lost(any Error)
        case malformed(HTTPParseError)
        /// The request's body could not be had in full.
        case bodyFailed(any Error)
        case expired(ExchangeLimit)
        case cancelled
        case closed
    }

    let cause: Cause
    let delivery: RequestDelivery
    let phase: ExchangePhase
    /// Nil for an exchange without a connection.
    var progress: EngineError.Progress?
    /// The part of a response that has arrived, where its head has.
    var response: EngineError.Response?
}

extension ExchangeFailure {
    /// The error that the caller gets.
    ///
    /// - Parameters:
    ///   - exchange: What failed.
    ///   - endpoint: The endpoint that it was given to.
    ///   - settings: Name the limits.
    func error(
        of exchange: Exchange, at endpoint: EndpointList.Member?, _ settings: ClientSettings
    ) -> EngineError {
        var attempts =
            exchange.attempts + exchange.connectAttempts
            + (endpoint?.connectAttempts(since: exchange) ?? [])
        let error: EngineError =
            switch cause {
            case .lost(let cause):
                .connectionLost(cause, hasResponse: phase == .receiving, delivery: delivery)
            case .bodyFailed(let cause): .bodyUnavailable(cause, delivery: delivery)
            case .malformed(let cause): .malformedResponse(cause, delivery: delivery)
            case .expired(let limit):
                expired(
                    settings.text(limit, of: exchange), exchange, at: endpoint, after: &attempts)
            case .cancelled:
                .cancelled(phase, delivery: delivery, subject: exchange.preparation)
            case .closed: .closed(delivery)
            }
        return error.after(attempts, progress: progress, response: response)
    }

    private func expired(
        _ limit: String, _ exchange: Exchange, at endpoint: EndpointList.Member?,
        after attempts: inout [EngineError.Attempt]
    ) -> EngineError {
        // Without progress it had no connection.
        if progress == nil, !phase.isParked, let endpoint, let cause = endpoint.unreachability {
            // The error is about the last attempt, and lists those before.
            if !endpoint.connectAttempts(since: exchange).isEmpty { attempts.removeLast() }
            return .cannotConnect(cause, path: endpoint.path, limit: limit, during: phase)
        }
        return .timeout(
            limit, during: phase, delivery: delivery, subject: exchange.preparation,
            underlying: attempts.last?.failure)
    }
}
