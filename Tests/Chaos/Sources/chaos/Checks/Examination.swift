/// Reads all that a run has left, and judges it.
struct Examination {
    let directory: String
    let clientCount: Int
    let course: Supervisor.Course

    init(directory: String, clientCount: Int, _ course: Supervisor.Course) {
        self.directory = directory
        self.clientCount = clientCount
        self.course = course
    }

    func report() throws -> Report {
        var lags = Lags(clientCount: clientCount)
        for client in 0..<clientCount {
            try LineFile.forEachLine(in: path("lag", client)) { lags.add(client: client, $0) }
        }
        var executions = Executions(clientCount: clientCount)
        let events = try events(&executions)
        var requests = RequestChecks(executions, lags: lags, clientCount: clientCount)
        var calm = CalmChecks(course, lags: lags)
        var latencies = LatencyChecks(course)
        for client in 0..<clientCount {
            try LineFile.forEachLine(in: path("requests", client)) { line in
                guard let record = LedgerRecord(line), record.number.client == client else {
                    return unreadable(line)
                }
                requests.check(record)
                calm.check(record)
                latencies.add(record)
            }
            let started = course.lastCensuses[client]?.started ?? 0
            requests.checkCount(client: client, started: started)
        }
        for client in 0..<clientCount {
            try LineFile.forEachLine(in: path("echo", client)) { latencies.addEcho($0) }
        }
        latencies.finish()
        var resources = ResourceChecks()
        resources.check(course, lags: lags)
        var report = try report(
            [
                requests.violations, events.violations, calm.violations, latencies.violations,
                resources.violations,
            ])
        report.requests = requests.tally
        report.failures = requests.failures
        report.executions = requests.executions.total
        report.events = events.totals
        report.disturbances = course.disturbances
        report.ordinaryInCalm = calm.ordinary
        report.calmLatencies = latencies.calm
        report.stormLatencies = latencies.storm
        report.longestLagMilliseconds = Double(lags.longest) / 1_000_000
        report.censuses = course.censuses
        report.lastCensuses = course.lastCensuses
        return report
    }

    private func path(_ name: String, _ client: Int) -> String { "\(directory)/\(name)-\(client)" }

    private var engineLogs: [String] {
        Supervisor.all.map { "\(directory)/executed-\($0)" }
    }

    private func events(_ executions: inout Executions) throws -> EventChecks {
        var events = EventChecks()
        for client in 0..<clientCount {
            try LineFile.forEachLine(in: path("events", client)) { line in
                guard let record = EventRecord(line) else { return unreadable(line) }
                events.add(record)
            }
        }
        var batches: [ExecutionRecord.Events] = []
        for log in engineLogs {
            try LineFile.forEachLine(in: log) { line in
                switch ExecutionRecord(line) {
                case .request(let request)?: executions.add(request)
                case .events(let batch)?: batches.append(batch)
                case nil: unreadable(line)
                }
            }
        }
        // A source's batches can go to several engines.
        for batch in batches.sorted(by: { $0.time < $1.time }) { events.add(batch) }
        events.finish()
        return events
    }

    private func report(_ all: [Violations]) throws -> Report {
        let logs = engineLogs + (0..<clientCount).map { path("requests", $0) }
        var report = Report()
        for violations in all {
            report.violations += try violations.withHistories(from: logs)
            for (promise, count) in violations.counts {
                report.violationCounts[promise.rawValue, default: 0] += count
            }
        }
        return report
    }
}

private func unreadable(_ line: Substring) {
    // Nothing that was counted without it would be worth anything.
    fatalError("a log has a line that is none: \(line)")
}
