internal import Foundation

/// A pipe from a child process, read on a thread of its own.
package struct LinePipe: Sendable {
    package let reading: Int32
    package let writing: Int32

    package init() throws {
        var ends: [Int32] = [-1, -1]
        guard unsafe pipe(&ends) == 0 else { throw ChildProcess.SystemError(number: errno) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        reading = ends[0]
        writing = ends[1]
    }

    /// The next line with its end, or what there is when no end comes.
    package func line() async -> String {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: readLine()) }
        }
    }

    private func readLine() -> String {
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while line.last != UInt8(ascii: "\n"), unsafe read(reading, &byte, 1) == 1 {
            line.append(byte)
        }
        return String(decoding: line, as: UTF8.self)
    }
}
