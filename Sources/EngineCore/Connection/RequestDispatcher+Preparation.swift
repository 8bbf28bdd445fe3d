// What a request may need before it gets a place in a queue: the number of the user whom its engine
// must belong to, and its body's file. Both can hang, on threads of their own; meanwhile the request
// is here, with its deadline, its cancellation and its part in closing.
extension RequestDispatcher {
    /// Whether a request needs more than to be written.
    func needsPreparation(_ request: PendingRequest) -> Bool {
        userLookup != nil || request.unopenedFile != nil || request.lookup != nil
    }

    /// Takes the next step towards a place in a queue.
    func prepare(_ request: PendingRequest, now: MonotonicTime) {
        if let lookup = request.wantsUser ? request.lookup : userLookup {
            request.lookup = lookup
            switch lookup.attempt.next(now: now) {
            case .done(.success(let id)): return lookedUp(id, for: request)
            case .done(.failure(let error)):
                return finish(request, .unknownPeer(error, lookup.name))
            case .wait: return enter(.lookingUp, request, now: now)
            case .start:
                enter(.lookingUp, request, now: now)
                return start(lookup)
            }
        }
        if let path = request.unopenedFile { return open(path, for: request, now: now) }
        if let error = encodingError(of: request) { return finish(request, error) }
        place(request, now: now)
    }

    // MARK: The engine's user

    private func start(_ lookup: UserLookup) {
        let (name, userID) = (lookup.name, systemCalls.userID)
        let (bound, boundLookup) = (bound, LoopBound(lookup, to: loop))
        do throws(LibUVError) {
            try loop.userThreads.run {
                let result = userID(name)
                bound.run { $0.ended(boundLookup.object, result) }
            }
        } catch {
            ended(lookup, .failure(error))
        }
    }

    private func ended(_ lookup: UserLookup, _ result: Result<UInt32, LibUVError>) {
        let now = now
        lookup.attempt.ended(result, now: now)
        // A configuration that came meanwhile has a look-up of its own, or needs none.
        if lookup === userLookup, case .success(let id) = result {
            for pool in pools { pool.expectPeer(userID: id) }
            userLookup = nil
        }
        for request in parked(.lookingUp) where request.lookup === lookup {
            switch result {
            case .success(let id) where request.wantsUser: lookedUp(id, for: request)
            case .success: prepare(request, now: now)
            case .failure(let error): finish(request, .unknownPeer(error, lookup.name))
            }
        }
    }

    private func lookedUp(_ id: UInt32, for request: PendingRequest) {
        forget(request)
        request.lookedUp(id)
    }

    /// Lets what waits for a look-up go on under another configuration.
    func restartLookups(for name: String?, now: MonotonicTime) {
        userLookup = name.map { UserLookup($0) }
        for request in parked(.lookingUp) where !request.wantsUser {
            prepare(request, now: now)
        }
    }

    // MARK: The body's file

    private func open(_ path: String, for request: PendingRequest, now: MonotonicTime) {
        enter(.opening, request, now: now)
        let (id, openFile, loop, bound) = (request.id, systemCalls.openFile, loop, bound)
        do throws(LibUVError) {
            request.opening = try loop.fileThreads.run {
                let result = openFile(path, loop)
                bound.run { $0.opened(result, for: id) }
            }
        } catch {
            finish(request, .bodyUnavailable(error, delivery: .neverSent))
        }
    }

    private func opened(_ result: Result<ReadableFile, LibUVError>, for id: RequestID) {
        guard let request = requests[id], request.phase == .opening,
            let feed = request.submission.feed
        else { return }
        request.opening = nil
        switch result {
        case .success(let file):
            request.setUpload(upload(BodyProducer(file, on: loop), of: id, feed))
            prepare(request, now: now)
        case .failure(let error):
            finish(request, .bodyUnavailable(error, delivery: .neverSent))
        }
    }

    // MARK: The body's producer

    /// Tries a request again when the producer of its body has ended.
    func retryAfterProducer(_ request: PendingRequest, isFresh: Bool, now: MonotonicTime) {
        request.hasFailedFresh = isFresh
        enter(.awaitingProducer, request, now: now)
    }

    func passEnded(of id: RequestID) {
        guard let request = requests[id], request.phase == .awaitingProducer else { return }
        placeAgain(request, isFresh: request.hasFailedFresh, now: now)
        request.pool?.perform()
    }

    // MARK: All of them

    private func parked(_ phase: RequestPhase) -> [PendingRequest] {
        requests.all.filter { $0.phase == phase }
    }

    /// Ends the requests that no engine's pool knows.
    func endParked() {
        for request in requests.all.filter(\.phase.isParked) {
            finish(request, EngineError.closed.after(request.attempts + request.connectAttempts))
        }
    }
}
