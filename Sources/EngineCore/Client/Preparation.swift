internal import EngineRuntime
internal import EngineSansIO

/// What a preparation reports to its client.
protocol PreparationDelegate: AnyObject {
    /// An exchange waits for a system call.
    func entered(_ phase: ExchangePhase, _ exchange: Exchange, now: MonotonicTime)
    /// An exchange has all that it needs to be sent.
    func prepared(_ exchange: Exchange, now: MonotonicTime)
    /// A caller that waits for the number of a user has it.
    func lookedUp(_ id: UInt32, for exchange: Exchange)
    /// An exchange can't be sent.
    func unprepared(_ exchange: Exchange, _ error: EngineError)
    /// The user whom the configuration names has this number.
    func expectPeer(userID: UInt32)
    /// Gives an exchange the body of a file.
    func setBody(of exchange: Exchange, _ file: ReadableFile)
}

/// What an exchange may need before an endpoint gets it: the number of the user whom the engine must
/// belong to, and the body's file. Both may hang, on threads of their own; meanwhile the exchange is
/// here. Lives on the loop's thread.
final class Preparation {
    private let loop: EngineLoop
    private let systemCalls: SystemCalls
    // A system call that hangs may end after the client.
    weak var delegate: (any PreparationDelegate)?
    /// The look-up of the user that the configuration names; nil without one, or when it is known.
    private var userLookup: UserLookup?
    private var exchanges: [ObjectIdentifier: Entry] = [:]
    private var lastPosition = 0

    private struct Entry {
        let exchange: Exchange
        /// In the order in which they came.
        let position: Int
    }

    init(_ loop: EngineLoop, _ systemCalls: SystemCalls, userName: String?) {
        self.loop = loop
        self.systemCalls = systemCalls
        userLookup = userName.map { UserLookup($0) }
    }

    /// Whether an exchange can't be sent at once.
    func isNeeded(for exchange: Exchange) -> Bool {
        userLookup != nil || exchange.feed != nil && exchange.unopenedFile != nil
            || exchange.lookup != nil
    }

    /// Takes the next step.
    func prepare(_ exchange: Exchange, now: MonotonicTime) {
        if let lookup = exchange.kind == .user ? exchange.lookup : userLookup {
            exchange.lookup = lookup
            switch lookup.attempt.next(now: now) {
            case .done(.success(let id)):
                leave(exchange)
                delegate?.lookedUp(id, for: exchange)
                return
            case .done(.failure(let error)):
                leave(exchange)
                delegate?.unprepared(exchange, .unknownPeer(error, lookup.name))
                return
            case .wait: return enter(.lookingUp, exchange, now: now)
            case .start:
                enter(.lookingUp, exchange, now: now)
                return start(lookup)
            }
        }
        if let path = exchange.unopenedFile { return open(path, for: exchange, now: now) }
        leave(exchange)
        delegate?.prepared(exchange, now: now)
    }

    private func enter(_ phase: ExchangePhase, _ exchange: Exchange, now: MonotonicTime) {
        lastPosition += 1
        if exchanges[ObjectIdentifier(exchange)] == nil {
            exchanges[ObjectIdentifier(exchange)] = Entry(
                exchange: exchange, position: lastPosition)
        }
        delegate?.entered(phase, exchange, now: now)
    }

    /// An exchange ended, or is prepared.
    func leave(_ exchange: Exchange) {
        exchanges.removeValue(forKey: ObjectIdentifier(exchange))
    }

    /// All exchanges that are here, in the order in which they came.
    var all: [Exchange] {
        exchanges.values.sorted { $0.position < $1.position }.map(\.exchange)
    }

    // MARK: The engine's user

    private func start(_ lookup: UserLookup) {
        let (name, userID) = (lookup.name, systemCalls.userID)
        let (bound, boundLookup) = (LoopBound(self, to: loop), LoopBound(lookup, to: loop))
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
        let now = MonotonicTime.current
        lookup.attempt.ended(result, now: now)
        // A configuration that came meanwhile has a look-up of its own, or needs none.
        if lookup === userLookup, case .success(let id) = result {
            userLookup = nil
            delegate?.expectPeer(userID: id)
        }
        for exchange in waiting(for: lookup) {
            switch result {
            case .success(let id) where exchange.kind == .user:
                leave(exchange)
                delegate?.lookedUp(id, for: exchange)
            case .success:
                prepare(exchange, now: now)
            case .failure(let error):
                leave(exchange)
                delegate?.unprepared(exchange, .unknownPeer(error, lookup.name))
            }
        }
    }

    private func waiting(for lookup: UserLookup) -> [Exchange] {
        all.filter { $0.phase == .lookingUp && $0.lookup === lookup }
    }

    /// Lets exchanges that wait for a look-up go on under another configuration.
    func restartLookups(for name: String?, now: MonotonicTime) {
        userLookup = name.map { UserLookup($0) }
        for exchange in all where exchange.phase == .lookingUp && exchange.kind != .user {
            prepare(exchange, now: now)
        }
    }

    // MARK: The body's file

    private func open(_ path: String, for exchange: Exchange, now: MonotonicTime) {
        enter(.opening, exchange, now: now)
        let (openFile, loop) = (systemCalls.openFile, loop)
        let (bound, boundExchange) = (LoopBound(self, to: loop), LoopBound(exchange, to: loop))
        do throws(LibUVError) {
            exchange.opening = try loop.fileThreads.run {
                let result = openFile(path, loop)
                bound.run { $0.opened(result, for: boundExchange.object) }
            }
        } catch {
            leave(exchange)
            delegate?.unprepared(exchange, .bodyUnavailable(error, delivery: .neverSent))
        }
    }

    private func opened(_ result: Result<ReadableFile, LibUVError>, for exchange: Exchange) {
        guard exchanges[ObjectIdentifier(exchange)] != nil, exchange.phase == .opening else {
            return
        }
        exchange.opening = nil
        switch result {
        case .success(let file):
            delegate?.setBody(of: exchange, file)
            prepare(exchange, now: .current)
        case .failure(let error):
            leave(exchange)
            delegate?.unprepared(exchange, .bodyUnavailable(error, delivery: .neverSent))
        }
    }
}
