import EngineSansIO
import EngineTesting
import Testing

@Suite struct ExchangeMachineTests {
    /// Everything that can happen to a request.
    enum Event: CaseIterable, Sendable {
        case sentPart
        case sentAll
        case failedToWrite
        case received
        case receivedHead
        case receivedEnd
        case receivedEndWithLeftover
        case lost
        case lostByReset
        case receivedGarbage
        case abandonedUnread
        case abandonedRead
        case abandonedUnsampled

        var ends: Bool {
            switch self {
            case .sentPart, .sentAll, .failedToWrite, .received, .receivedHead: false
            default: true
            }
        }
    }

    private static func head(_ text: String) throws -> ResponseHead {
        try #require(try ParserVerifier.verifyResponse(Array(text.utf8)).head)
    }

    private func good() throws -> ResponseHead {
        try Self.head("HTTP/1.1 200 OK\r\nKeep-Alive: timeout=5\r\nContent-Length: 2\r\n\r\nhi")
    }

    private let reusable = ExchangeMachine.Action.complete(.reusable(KeepAliveHint(timeout: 5)))
    private let closed = ExchangeMachine.Action.complete(.closedByPeer)

    private func apply(
        _ event: Event, to machine: inout ExchangeMachine, _ head: ResponseHead
    ) -> ExchangeMachine.Action {
        switch event {
        case .sentPart: machine.sentPart()
        case .sentAll: machine.sentAll()
        case .failedToWrite: machine.failedToWrite()
        case .received: machine.received()
        case .receivedHead: machine.receivedHead(head)
        case .receivedEnd: return machine.receivedEnd(hasLeftover: false)
        case .receivedEndWithLeftover: return machine.receivedEnd(hasLeftover: true)
        case .lost: return machine.lost(isReset: false)
        case .lostByReset: return machine.lost(isReset: true)
        case .receivedGarbage: return machine.receivedGarbage()
        case .abandonedUnread: return machine.abandon(isUnread: true)
        case .abandonedRead: return machine.abandon(isUnread: false)
        case .abandonedUnsampled: return machine.abandon(isUnread: nil)
        }
        return .none
    }

    private func outcome(
        size: Int = 100, hasBody: Bool = true, _ events: [Event], head: ResponseHead? = nil
    ) throws -> ExchangeMachine.Action {
        var machine = ExchangeMachine(requestSize: size, hasBody: hasBody)
        let head = try head ?? good()
        var action = ExchangeMachine.Action.none
        for event in events where action == .none {
            action = apply(event, to: &machine, head)
        }
        return action
    }

    @Test(arguments: Event.allCases)
    func everyOrderOfEventsEndsOnce(_ first: Event) throws {
        let head = try good()
        let all = Event.allCases
        var violations: [[Event]] = []
        for index in 0..<all.count * all.count * all.count {
            let events = [
                first, all[index % all.count], all[index / all.count % all.count],
                all[index / all.count / all.count],
            ]
            if !endsOnce(events, head) { violations.append(events) }
        }
        #expect(violations.isEmpty)
    }

    // The answer to the first event that ends is the only one.
    private func endsOnce(_ events: [Event], _ head: ResponseHead) -> Bool {
        var machine = ExchangeMachine(requestSize: 100)
        var expectsEnd = false
        for event in events {
            let isFirstEnd = event.ends && !expectsEnd
            let action = apply(event, to: &machine, head)
            expectsEnd = expectsEnd || event.ends
            guard (action != .none) == isFirstEnd, machine.hasEnded == expectsEnd else {
                return false
            }
        }
        return true
    }

    @Test func completeResponseLeavesTheConnectionReusable() throws {
        let events: [Event] = [.sentAll, .received, .receivedHead, .receivedEnd]
        #expect(try outcome(events) == reusable)
        #expect(try outcome([.sentPart] + events) == reusable)
    }

    @Test func responseThatClosesIsNotReusable() throws {
        let head = try Self.head(
            "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
        let action = try outcome([.sentAll, .received, .receivedHead, .receivedEnd], head: head)
        #expect(action == closed)
    }

    @Test func leftoverIsNotReusable() throws {
        #expect(
            try outcome([.sentAll, .received, .receivedHead, .receivedEndWithLeftover]) == closed)
    }

    @Test(arguments: [[], [Event.sentPart]])
    func responseBeforeTheWholeRequestIsNotReusable(_ sent: [Event]) throws {
        #expect(try outcome(sent + [.received, .receivedHead, .receivedEnd]) == closed)
    }

    @Test func restSentDuringTheResponseIsReusable() throws {
        #expect(
            try outcome([.sentPart, .received, .receivedHead, .sentAll, .receivedEnd]) == reusable)
    }

    @Test func responseBehindAFailedWriteIsDelivered() throws {
        #expect(
            try outcome([.sentPart, .failedToWrite, .received, .receivedHead, .receivedEnd])
                == closed)
        #expect(try outcome([.failedToWrite, .received, .receivedHead, .receivedEnd]) == closed)
    }

    struct Reuse: Sendable {
        let status: String
        let isReusable: Bool
    }

    static let reuses = [
        Reuse(status: "400 Bad Request\r\nContent-Length: 0\r\n\r\n", isReusable: false),
        Reuse(status: "400 Bad Request\r\nContent-Length: 1\r\n\r\nx", isReusable: true),
        Reuse(status: "404 Not Found\r\nContent-Length: 0\r\n\r\n", isReusable: true),
        Reuse(status: "204 No Content\r\n\r\n", isReusable: true),
    ]

    @Test(arguments: reuses)
    func emptyBadRequestIsNotReusable(_ row: Reuse) throws {
        let head = try Self.head("HTTP/1.1 " + row.status)
        let action = try outcome([.sentAll, .received, .receivedHead, .receivedEnd], head: head)
        #expect(action == .complete(row.isReusable ? .reusable(nil) : .closedByPeer))
    }

    struct Failure: Sendable {
        let events: [Event]
        let delivery: RequestDelivery
        var size = 100
        var hasBody = true
    }

    static let losses = [
        Failure(events: [.lost], delivery: .neverSent),
        Failure(events: [.lostByReset], delivery: .neverSent),
        Failure(events: [.failedToWrite, .lost], delivery: .neverSent),
        Failure(events: [.failedToWrite, .lostByReset], delivery: .neverSent),
        Failure(events: [.sentPart, .lost], delivery: .unknown),
        Failure(events: [.sentPart, .failedToWrite, .lost], delivery: .unknown),
        Failure(events: [.sentPart, .failedToWrite, .lostByReset], delivery: .notRead),
        Failure(events: [.sentAll, .lost], delivery: .consumed),
        Failure(events: [.sentAll, .lostByReset], delivery: .notRead),
        Failure(events: [.sentAll, .lostByReset], delivery: .notRead, size: 4_096),
        Failure(events: [.sentAll, .lostByReset], delivery: .unknown, size: 4_097),
        Failure(
            events: [.sentAll, .lostByReset], delivery: .notRead, size: 9_000, hasBody: false),
        Failure(events: [.sentAll, .received, .lost], delivery: .unknown),
        Failure(events: [.sentAll, .received, .lostByReset], delivery: .unknown),
        Failure(events: [.sentAll, .received, .receivedHead, .lost], delivery: .unknown),
    ]

    static let abandoned = [
        Failure(events: [.abandonedUnread], delivery: .neverSent),
        Failure(events: [.abandonedRead], delivery: .neverSent),
        Failure(events: [.abandonedUnsampled], delivery: .neverSent),
        Failure(events: [.sentPart, .abandonedUnread], delivery: .notRead),
        Failure(events: [.sentPart, .abandonedRead], delivery: .unknown),
        Failure(events: [.sentAll, .abandonedUnread], delivery: .notRead),
        Failure(events: [.sentAll, .abandonedUnread], delivery: .notRead, size: 4_096),
        Failure(events: [.sentAll, .abandonedUnread], delivery: .unknown, size: 4_097),
        Failure(
            events: [.sentPart, .abandonedUnread], delivery: .notRead, size: 9_000, hasBody: false),
        Failure(events: [.sentAll, .abandonedRead], delivery: .consumed),
        Failure(events: [.sentAll, .abandonedUnsampled], delivery: .unknown),
        Failure(events: [.sentAll, .received, .abandonedUnread], delivery: .consumed),
        Failure(events: [.sentPart, .received, .abandonedRead], delivery: .unknown),
    ]

    static let garbage = [
        Failure(events: [.sentAll, .received, .receivedGarbage], delivery: .unknown),
        Failure(
            events: [.sentAll, .received, .receivedHead, .receivedGarbage], delivery: .unknown),
    ]

    @Test(arguments: losses + abandoned + garbage)
    func deliveryOfAFailedRequest(_ failure: Failure) throws {
        #expect(
            try outcome(size: failure.size, hasBody: failure.hasBody, failure.events)
                == .fail(failure.delivery))
    }

    @Test func machineTellsHowFarItIs() {
        var machine = ExchangeMachine(requestSize: 1)
        #expect(!machine.isWritten && !machine.hasResponse && !machine.hasEnded)
        machine.sentPart()
        #expect(!machine.isWritten)
        machine.sentAll()
        #expect(machine.isWritten && !machine.hasResponse)
        machine.received()
        #expect(machine.hasResponse && !machine.hasEnded)
    }
}
