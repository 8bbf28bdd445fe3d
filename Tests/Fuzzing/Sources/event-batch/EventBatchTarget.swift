import EngineModules
import FuzzSupport

/// Events as they come, encoded and read back line by line: as many come out as went in, and each
/// is the one that it was.
@main
enum EventBatchTarget {
    static func main() {
        fuzz { check($0) }
    }

    /// A header and events, with a byte between that no text has.
    private static func check(_ bytes: [UInt8]) {
        let parts = bytes.split(separator: 0xff, omittingEmptySubsequences: false).map(Array.init)
        let header = parts[0]
        let isValid =
            header.count >= 2 && header.first == 0x7b && header.last == 0x7d
            && !header.contains { $0 < 0x20 || $0 == 0x7f }
        do throws(EventBatchError) {
            var encoder = try EventBatchEncoder(header: header)
            require(isValid, "accepted \(header)")
            for _ in 0..<2 {
                for event in parts[1...] { encoder.append(event) }
                require(encoder.count == parts.count - 1, "\(encoder.count) events")
                requireReadBack(encoder.bytes, header, Array(parts[1...]))
                encoder.removeAllEvents()
            }
        } catch {
            require(!isValid, "refused \(header)")
        }
    }

    private static func requireReadBack(
        _ batch: [UInt8], _ header: [UInt8], _ events: [[UInt8]]
    ) {
        require(batch.last == 0x0a, "no end of the last line")
        let lines = batch.dropLast().split(separator: 0x0a, omittingEmptySubsequences: false)
        require(Array(lines[0]) == [0x48, 0x20] + header, "another header")
        var read: [[UInt8]] = []
        for line in lines.dropFirst() {
            if line.starts(with: [0x45, 0x20]) {
                read.append(Array(line.dropFirst(2)))
            } else {
                require(line.first == 0x20 && !read.isEmpty, "a line that belongs to no event")
                read[read.count - 1] += [0x0a] + line.dropFirst()
            }
        }
        require(read == events, "\(read) for \(events)")
    }
}
