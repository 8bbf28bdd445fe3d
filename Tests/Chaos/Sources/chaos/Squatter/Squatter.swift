internal import ArgumentParser
internal import Foundation

/// What somebody else does with connections that were meant for an engine.
struct Squatter: Sendable {
    /// How it behaves.
    enum Manner: String, Sendable, CaseIterable, ExpressibleByArgument {
        /// Never accepts: its backlog fills.
        case deaf
        /// Accepts and never reads.
        case silent
        /// Reads all there is and never answers.
        case swallowing
        /// Answers what is no HTTP.
        case garbage
        /// Accepts and closes.
        case hangingUp
        /// Reads and closes.
        case leaving
        /// Answers the beginning of a response, and no more.
        case halfAnswering
        /// Refuses each request in good HTTP.
        case busy
    }

    let manner: Manner
    private let seed: UInt64

    init(_ manner: Manner, seed: UInt64) {
        self.manner = manner
        self.seed = seed
    }

    var backlog: Int32 { manner == .deaf ? 1 : 64 }

    /// Serves for as long as the process lives.
    func serve(_ listener: Int32) {
        guard manner != .deaf else { return }
        var held = 0
        while true {
            guard let connection = UnixSocket.accept(from: listener) else { continue }
            held += 1
            let generator = SeededGenerator(seed: seed, "connection \(held)")
            Thread.detachNewThread { serve(connection, generator) }
        }
    }

    private func serve(_ connection: Int32, _ generator: SeededGenerator) {
        var generator = generator
        switch manner {
        case .deaf, .silent: return
        case .hangingUp: break
        case .swallowing: drain(connection)
        case .leaving: _ = UnixSocket.receive(on: connection)
        case .garbage:
            guard !UnixSocket.receive(on: connection).isEmpty else { break }
            UnixSocket.send(Self.garbage(&generator), on: connection)
        case .halfAnswering:
            guard !UnixSocket.receive(on: connection).isEmpty else { break }
            let whole = Array("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf of it".utf8)
            let count = Int.random(in: 1...whole.count, using: &generator)
            UnixSocket.send(Array(whole.prefix(count)), on: connection)
            drain(connection)
        case .busy:
            while !UnixSocket.receive(on: connection).isEmpty {
                let refusal = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"
                UnixSocket.send(Array(refusal.utf8), on: connection)
            }
        }
        close(connection)
    }

    private func drain(_ connection: Int32) {
        while !UnixSocket.receive(on: connection).isEmpty {}
    }

    // Without a line end in the noise, so that it never makes a whole response by chance.
    private static func garbage(_ generator: inout SeededGenerator) -> [UInt8] {
        let count = Int.random(in: 1...2_000, using: &generator)
        let noise = (0..<count).map { _ in UInt8.random(in: 14...255, using: &generator) }
        let beginnings = [
            "", "HTTP/1.1 ", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\n",
            "HTTP/2 200\r\n\r\n",
        ]
        let beginning = beginnings.randomElement(using: &generator) ?? ""
        return Array(beginning.utf8) + noise
    }
}
