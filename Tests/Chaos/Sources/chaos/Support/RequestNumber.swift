/// The number under which a request goes through a run: unique over all of its processes.
struct RequestNumber: Hashable, Sendable {
    /// The client process, from 0.
    let client: Int
    /// The request's place in the order in which that process began them, from 0.
    let sequence: Int

    init(client: Int, sequence: Int) {
        self.client = client
        self.sequence = sequence
    }

    /// Reads what ``description`` writes.
    init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "-")
        guard parts.count == 2, let client = Int(parts[0]), let sequence = Int(parts[1]),
            client >= 0, sequence >= 0
        else { return nil }
        self.init(client: client, sequence: sequence)
    }

    /// The number as it stands in the text of a typed request, which has no field for it.
    var marker: String { "chaos-\(self)" }

    /// Finds ``marker`` in a text.
    init?(markedIn text: String) {
        guard let match = text.firstMatch(of: /chaos-([0-9]+-[0-9]+)/) else { return nil }
        self.init(match.1)
    }
}

extension RequestNumber: CustomStringConvertible {
    var description: String { "\(client)-\(sequence)" }
}
