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
        while unsafe systemRead(master, &byte, 1) == 1 { contents.append(byte) }
        return String(decoding: contents, as: UTF8.self)
    }

    /// Writes keys once a text was shown, and reads on until nobody has the stream open any more.
    func contents(typing keys: String, after text: String) async -> String {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                let shown = read(until: text)
                let keys = Array(keys.utf8)
                // Few bytes, which a terminal takes at once.
                _ = unsafe write(master, keys, keys.count)
                continuation.resume(returning: shown + contents())
            }
        }
    }

    private func read(until text: String) -> String {
        let end = Array(text.utf8)
        var contents: [UInt8] = []
        var byte: UInt8 = 0
        while !contents.ends(with: end), unsafe systemRead(master, &byte, 1) == 1 {
            contents.append(byte)
        }
        return String(decoding: contents, as: UTF8.self)
    }
}

extension [UInt8] {
    fileprivate func ends(with end: [UInt8]) -> Bool { suffix(end.count).elementsEqual(end) }
}

// Inside a type with a `read` of its own the C function can't be named.
private func systemRead(
    _ descriptor: Int32, _ bytes: UnsafeMutableRawPointer?, _ count: Int
) -> Int {
    unsafe read(descriptor, bytes, count)
}
