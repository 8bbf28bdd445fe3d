internal import EngineCore
internal import Synchronization

/// What the tasks of a client process share.
final class ClientState: Sendable {
    let index: Int
    let loops: [EngineLoop]
    let slots: [EngineSlot]
    let gate = WorkGate()
    let ledger: RequestLedger
    let events: EventLog
    let files: UploadFiles
    /// The streamed bodies that are being made.
    let bodies = Population()
    let graveyard: Graveyard
    /// The tasks that follow an engine's health until it is closed.
    let watchers: Population
    private let complaints = Mutex<[String]>([])
    private let slowestClosing = Mutex(0.0)

    init(
        index: Int, loops: [EngineLoop], slots: [EngineSlot], graveyard: Graveyard,
        watchers: Population, ledger: RequestLedger, events: EventLog, files: UploadFiles
    ) {
        self.index = index
        self.loops = loops
        self.slots = slots
        self.graveyard = graveyard
        self.watchers = watchers
        self.ledger = ledger
        self.events = events
        self.files = files
    }

    /// Takes note of what must not be.
    func complain(_ text: String) {
        complaints.withLock { if $0.count < 100 { $0.append(text) } }
    }

    var allComplaints: [String] { complaints.withLock { $0 } }

    /// Takes note of how many milliseconds past its limit an engine or a sink took to close.
    func noteClosing(_ milliseconds: Double) {
        slowestClosing.withLock { $0 = max($0, milliseconds) }
    }

    var slowestClosingMilliseconds: Double { slowestClosing.withLock { $0 } }
}
