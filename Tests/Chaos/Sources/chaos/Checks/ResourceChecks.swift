/// Holds what the clients held at the end against what they held once they were warm.
struct ResourceChecks: Sendable {
    // Tables and buffers that have grown to what the work asks for, and the allocator's own.
    private static let heapAllowance = 2 * 1_024 * 1_024
    private static let residentAllowance = 24 * 1_024 * 1_024
    // Two loops, a feed for events, and what is late on a machine that does other things too.
    private static let closingAllowance = 500.0

    private(set) var violations = Violations()

    mutating func check(_ course: Supervisor.Course, lags: Lags) {
        for (client, censuses) in course.censuses.enumerated() {
            for census in censuses { checkNothingIsLeft(census, of: "client \(client)") }
            if let first = censuses.first, let last = censuses.last {
                checkGrowth(from: first, to: last, of: "client \(client)")
            }
        }
        for (client, census) in course.lastCensuses.enumerated() {
            guard let census else {
                violations.add(.processes, "client \(client) has no last census")
                continue
            }
            checkEnd(census, of: "client \(client)", lags)
        }
        for surprise in course.surprises { violations.add(.processes, surprise) }
    }

    private mutating func checkNothingIsLeft(_ census: Census, of name: String) {
        for request in census.unfinished {
            violations.add(.endedOnce, "\(name) hangs: \(request)")
        }
        if census.started != census.ended {
            violations.add(
                .endedOnce, "\(name): \(census.started) began, \(census.ended) ended")
        }
        let left: [(String, Int)] = [
            ("connections", census.connections), ("queued requests", census.queued),
            ("engines that were closed", census.livingEngines),
            ("streamed bodies", census.livingBodies),
            ("tasks that follow closed engines", census.livingWatchers),
            ("pending events", census.pendingEvents),
        ]
        for (what, count) in left where count > 0 {
            violations.add(.nothingLeft, "\(name) is idle, and has \(count) \(what)")
        }
    }

    private mutating func checkGrowth(from first: Census, to last: Census, of name: String) {
        if last.descriptors != first.descriptors {
            violations.add(
                .descriptors, "\(name): \(first.descriptors), \(last.descriptors) at the end")
        }
        if last.handles != first.handles {
            violations.add(.handles, "\(name): \(first.handles), \(last.handles) at the end")
        }
        let heap = last.heapBytes - first.heapBytes
        if heap > Self.heapAllowance {
            violations.add(.memory, "\(name): \(heap / 1_024) KiB more on the heap")
        }
        let resident = last.residentBytes - first.residentBytes
        if resident > Self.residentAllowance {
            violations.add(.memory, "\(name): \(resident / 1_024) KiB more resident")
        }
    }

    private mutating func checkEnd(_ census: Census, of name: String, _ lags: Lags) {
        checkNothingIsLeft(census, of: name)
        if census.handles.contains(where: { $0 != 0 }) {
            violations.add(.handles, "\(name) is closed, and has \(census.handles)")
        }
        for complaint in census.complaints {
            violations.add(.eventCounts, complaint)
        }
        let allowance = Self.closingAllowance + 2 * Double(lags.longest) / 1_000_000
        if census.slowestClosingMilliseconds > allowance {
            violations.add(
                .closesInTime,
                "\(name): one took \(Int(census.slowestClosingMilliseconds)) ms longer")
        }
    }
}
