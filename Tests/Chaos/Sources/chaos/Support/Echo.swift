internal import Foundation

/// What passing a byte to another process and back takes, with blocking calls alone: what the machine
/// is able to at the moment, whatever else runs on it.
enum Echo {
    static let socketName = "echo.sock"
    private static let interval = 0.01

    /// Sends back what comes, for as long as the process lives.
    static func serve(on path: String) throws {
        let listener = try UnixSocket.listen(on: path, backlog: 16)
        Thread.detachNewThread {
            while true {
                guard let connection = UnixSocket.accept(from: listener) else { continue }
                Thread.detachNewThread { answer(connection) }
            }
        }
    }

    private static func answer(_ connection: Int32) {
        while true {
            let bytes = UnixSocket.receive(on: connection)
            guard !bytes.isEmpty else { break }
            UnixSocket.send(bytes, on: connection)
        }
        close(connection)
    }

    /// Measures until the peer is gone, and writes down when each round trip began and how many
    /// nanoseconds it took.
    static func measure(against path: String, to file: AppendingFile) throws {
        guard let connection = UnixSocket.connect(to: path, isBlocking: true) else {
            throw SystemError("connect to \(path)")
        }
        Thread.detachNewThread {
            while true {
                let started = monotonicNanoseconds()
                UnixSocket.send([0], on: connection)
                guard !UnixSocket.receive(on: connection).isEmpty else { break }
                file.append("\(started) \(monotonicNanoseconds() - started)")
                Thread.sleep(forTimeInterval: interval)
            }
            close(connection)
        }
    }
}
