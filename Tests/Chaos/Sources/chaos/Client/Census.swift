internal import CLinux
internal import EngineCore
internal import Foundation

/// What a client process holds while none of its work is under way.
struct Census: Codable, Sendable {
    /// Nanoseconds of the monotonic clock.
    var time = monotonicNanoseconds()
    /// Bytes of memory that are resident.
    var residentBytes = 0
    /// Bytes that the allocator has given out.
    var heapBytes = 0
    /// Open file descriptors.
    var descriptors = 0
    /// Open handles of each loop.
    var handles: [Int] = []
    /// Requests that were begun, and that ended.
    var started = 0
    var ended = 0
    /// Those that did not, with their plans.
    var unfinished: [String] = []
    /// Connections and queued requests of all engines.
    var connections = 0
    var queued = 0
    /// Engines that were let go of, and live.
    var livingEngines = 0
    /// Streamed bodies that are still being made.
    var livingBodies = 0
    /// Tasks that follow the health of engines which were closed.
    var livingWatchers = 0
    /// Events that the sinks hold.
    var pendingEvents = 0
    /// Milliseconds past its limit that the slowest engine or sink took to close.
    var slowestClosingMilliseconds = 0.0
    /// What the client itself found wrong.
    var complaints: [String] = []

    /// Whether no task is known to be left.
    var isIdle: Bool { livingEngines == 0 && livingBodies == 0 && livingWatchers == 0 }

    /// Counts what the process and the loops hold.
    mutating func countResources(of client: ClientState) async {
        malloc_trim(0)
        let allocator = mallinfo2()
        heapBytes = Int(allocator.uordblks + allocator.hblkhd)
        residentBytes = Self.residentPages() * Int(getpagesize())
        descriptors = Self.openDescriptors()
        handles = []
        for loop in client.loops {
            handles.append((try? await loop.openHandleCount()) ?? -1)
        }
    }

    /// Takes over what the client counts itself.
    mutating func count(_ client: ClientState) async {
        (started, ended) = client.ledger.counts
        unfinished = client.ledger.unfinished
        livingEngines = client.graveyard.livingCount
        livingBodies = client.bodies.size
        livingWatchers = client.watchers.size - client.slots.count { $0.isWatched }
        slowestClosingMilliseconds = client.slowestClosingMilliseconds
        complaints = client.allComplaints
        (connections, queued) = (0, 0)
        for slot in client.slots {
            guard let statistics = await slot.engine?.statistics else { continue }
            connections += statistics.connections
            queued += statistics.queueLength
        }
    }

    static func openDescriptors() -> Int {
        // The one that reads the listing is in it.
        ((try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0) - 1
    }

    private static func residentPages() -> Int {
        let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
        let fields = text.split(separator: " ")
        return fields.count > 1 ? Int(fields[1]) ?? 0 : 0
    }
}
