// What a request is told of its end.
extension RequestDispatcher {
    func error(
        _ failure: ClientConnection.Failure, _ request: PendingRequest
    ) -> EngineError {
        request.phase = failure.phase
        var attempts =
            request.attempts + request.connectAttempts
            + (request.pool?.connectAttempts(since: request) ?? [])
        let error: EngineError =
            switch failure.cause {
            case .lost(let cause):
                .connectionLost(
                    cause, hasResponse: failure.phase == .receiving, delivery: failure.delivery)
            case .bodyFailed(let cause): .bodyUnavailable(cause, delivery: failure.delivery)
            case .malformed(let cause): .malformedResponse(cause, delivery: failure.delivery)
            case .expired(let limit): expired(limit, failure, request, after: &attempts)
            case .cancelled:
                .cancelled(
                    failure.phase, delivery: failure.delivery, subject: request.preparation)
            case .closed: .closed(failure.delivery)
            }
        return error.after(attempts, progress: failure.progress, response: failure.response)
    }

    private func expired(
        _ limit: RequestLimit, _ failure: ClientConnection.Failure, _ request: PendingRequest,
        after attempts: inout [EngineError.Attempt]
    ) -> EngineError {
        let limit = text(limit, of: request)
        // Without progress it had no connection.
        if failure.progress == nil, !failure.phase.isParked, let pool = request.pool,
            let cause = pool.unreachability
        {
            // The last attempt is what the error is about; the ones before it are listed.
            if !pool.connectAttempts(since: request).isEmpty { attempts.removeLast() }
            return .cannotConnect(cause, path: pool.path, limit: limit, during: failure.phase)
        }
        return .timeout(
            limit, during: failure.phase, delivery: failure.delivery,
            subject: request.preparation, underlying: attempts.last?.failure)
    }
}
