import EngineSansIO
import FuzzSupport

/// What a runner keeps of one connection.
struct ScriptedConnection {
    enum State {
        case connecting
        case open
        /// The peer sends nothing more.
        case halfClosed
        /// The pool asked for the close.
        case closing
    }

    var state = State.connecting
    var parser: ResponseParser
    var machine: RequestMachine?
    var request: RequestID?
    var head: ResponseHead?
    var bodySize = 0
    var isPartlySent = false

    init(limits: HTTPLimits) {
        parser = ResponseParser(limits: limits)
    }

    /// Feeds what the peer sent; answers how the request ended, if it did.
    mutating func receive(_ bytes: [UInt8]) -> RequestMachine.Action {
        machine?.received()
        return bytes.withRawSpan { bytes in
            var offset = 0
            do throws(HTTPParseError) {
                while true {
                    let before = offset
                    let event = try parser.next(bytes, from: &offset)
                    require(offset >= before && offset <= bytes.byteCount, "offset \(offset)")
                    switch event {
                    case .needMore:
                        require(offset == bytes.byteCount, "asks for more beside unused bytes")
                        return .none
                    case .head(let head):
                        require(self.head == nil, "two heads of one response")
                        machine?.receivedHead(head)
                        self.head = head
                    case .body(let range):
                        bodySize += range.count
                    case .end:
                        return complete(hasLeftover: offset < bytes.byteCount)
                    }
                }
            } catch {
                return end { $0.receivedGarbage() }
            }
        }
    }

    /// Takes note that the peer sends nothing more.
    mutating func lose(isReset: Bool) -> RequestMachine.Action {
        guard (try? parser.endOfInput()) == nil else { return complete(hasLeftover: true) }
        return end { $0.lost(isReset: isReset) }
    }

    mutating func complete(hasLeftover: Bool) -> RequestMachine.Action {
        require(head != nil, "a response without a head")
        if case .length(let length)? = head?.framing {
            require(bodySize == length, "\(bodySize) bytes of \(length)")
        }
        let action = end { $0.receivedEnd(hasLeftover: hasLeftover) }
        if case .complete(.reusable) = action {
            require(!hasLeftover && machine?.isWritten == true, "kept with bytes in the way")
            require(head?.persists == true, "kept against the peer's word")
        }
        return action
    }

    /// Lets the request end, and every event after that be of no effect.
    mutating func end(
        _ event: (inout RequestMachine) -> RequestMachine.Action
    ) -> RequestMachine.Action {
        guard var machine else { return .none }
        let action = event(&machine)
        self.machine = machine
        require(action != .none && machine.hasEnded, "a request that did not end")
        if case .fail(.neverSent) = action {
            require(!isPartlySent, "sent, and yet never sent")
        }
        machine.received()
        machine.sentAll()
        machine.failedToWrite()
        require(machine.lost(isReset: true) == .none, "ends twice")
        require(machine.abandon(isUnread: nil) == .none, "ends twice")
        require(machine.receivedGarbage() == .none, "ends twice")
        require(machine.receivedEnd(hasLeftover: false) == .none, "ends twice")
        return action
    }
}
