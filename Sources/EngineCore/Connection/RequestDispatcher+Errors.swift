// What a request is told of its end.
extension RequestDispatcher {
    func error(
        _ failure: ClientConnection.Failure, _ request: PendingRequest
    ) -> EngineError {
        request.phase = failure.phase
        let attempts =
            request.attempts + request.connectAttempts
            + (request.pool?.connectAttempts(since: request) ?? [])
        let error: EngineError =
            switch failure.cause {
            case .lost(let cause):
                .connectionLost(
                    cause, hasResponse: failure.phase == .receiving, delivery: failure.delivery)
            case .bodyFailed(let cause): .bodyUnavailable(cause, delivery: failure.delivery)
            case .malformed(let cause): .malformedResponse(cause, delivery: failure.delivery)
            case .expired(let isTotal):
                .timeout(
                    failure.phase, isTotal: isTotal, isStream: request.submission.isStream,
                    delivery: failure.delivery,
                    underlying: attempts.last?.failure)
            case .cancelled: .cancelled(failure.phase, delivery: failure.delivery)
            case .closed: .closed(failure.delivery)
            }
        return error.after(attempts, progress: failure.progress, response: failure.response)
    }
}
