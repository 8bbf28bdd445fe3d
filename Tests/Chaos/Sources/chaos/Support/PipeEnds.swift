internal import CLinux
internal import Foundation

/// A pipe that no child inherits.
struct PipeEnds {
    let reading: Int32
    let writing: Int32

    init() throws {
        var ends: [Int32] = [-1, -1]
        guard unsafe chaos_pipe(&ends) == 0 else { throw ChildProcess.SystemError(number: errno) }
        reading = ends[0]
        writing = ends[1]
    }
}
