import Foundation
import TestSupport

/// A terminal for a child process to write to.
struct Terminal {
    private let master: Int32
    /// The end that the process takes for its stream; close it once the process has it.
    let stream: Int32

    init() throws {
        var ends: (master: Int32, stream: Int32) = (-1, -1)
        guard unsafe openpty(&ends.master, &ends.stream, nil, nil, nil) == 0 else {
            throw ChildProcess.SystemError(number: errno)
        }
        (master, stream) = ends
        for end in [master, stream] { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    }

    /// What was written, once nobody has the stream open any more; ends the terminal.
    func contents() -> String {
        defer { close(master) }
        var contents: [UInt8] = []
        var byte: UInt8 = 0
        while unsafe read(master, &byte, 1) == 1 { contents.append(byte) }
        return String(decoding: contents, as: UTF8.self)
    }
}
