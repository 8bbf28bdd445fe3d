internal import EngineCore

/// Makes one request after the other, as they were drawn, until it is sent home.
struct Worker: Sendable {
    let name: String
    let client: ClientState
    /// Nil for the threads of all tasks.
    let home: EngineLoop?

    func run(seed: UInt64) async {
        var generator = PlanGenerator(
            seed: seed, worker: name, slotCount: client.slots.count)
        while await client.gate.pass() {
            let step = generator.next()
            let wait = generator.pause()
            if let home {
                // A loop that can't run is no reason to stop working.
                try? await home.run { await take(step) }
            } else {
                await take(step)
            }
            await pause(wait)
        }
    }

    /// Makes small requests at a steady pace, until it is sent home.
    func pulse(slot: Int) async {
        let plan = RequestPlan(
            kind: .pulse, repeatability: .safe, slot: slot, timeoutMilliseconds: 2_000,
            answerSize: 100)
        while await client.gate.pass() {
            await make(plan)
            await pause(10)
        }
    }

    private func take(_ step: PlanGenerator.Step) async {
        switch step {
        case .request(let plan): await make(plan)
        case .burst(let plans):
            await withTaskGroup { group in
                for plan in plans { group.addTask { await make(plan) } }
            }
        case .visit(let plans, let milliseconds): await visit(plans, milliseconds)
        case .recycle(let slot, let limit): await recycle(client.slots[slot], limit)
        case .reconfigure(let slot, let change): await client.slots[slot].reconfigure(change)
        case .sink(let plan): await SinkEpisode(plan: plan, client: client).run()
        }
    }

    private func recycle(_ slot: EngineSlot, _ limit: Double?) async {
        let started = monotonicNanoseconds()
        await slot.recycle(finishingWithin: limit.map { .microseconds(Int64($0 * 1_000)) })
        let milliseconds = Double(monotonicNanoseconds() - started) / 1_000_000
        client.noteClosing(milliseconds - (limit ?? 0))
    }

    private func visit(_ plans: [RequestPlan], _ milliseconds: Double) async {
        guard let first = plans.first else { return }
        let address = client.slots[first.slot].addresses[0]
        let loop = EngineLoop()
        let slot = EngineSlot(
            SlotSettings(address, .visiting), loop: loop, graveyard: client.graveyard,
            watchers: client.watchers)
        await withTaskGroup { group in
            for plan in plans { group.addTask { await make(plan, on: slot) } }
            await pause(milliseconds)
            await loop.shutdown()
        }
        await slot.close()
    }

    private func make(_ plan: RequestPlan) async {
        await make(plan, on: client.slots[plan.slot])
    }

    private func make(_ plan: RequestPlan, on slot: EngineSlot) async {
        guard let engine = slot.engine else { return }
        let number = client.ledger.begin(plan)
        // Without descriptors there is no file, which its request is told.
        if plan.kind == .file { try? client.files.make(for: number, size: plan.bodySize) }
        let runner = RequestRunner(
            engine: engine, files: client.files, population: client.bodies)
        let started = monotonicNanoseconds()
        let (outcome, cancelled) = await carryOut(plan, number, runner)
        let ended = monotonicNanoseconds()
        if plan.kind == .file { client.files.remove(for: number) }
        let configuration = engine.configuration
        client.ledger.end(
            LedgerRecord(
                number, plan, slot: slot.label, started: started, ended: ended,
                limit: plan.limit(retries: configuration.retries, cancelled: cancelled, started),
                earliestEnd: plan.earliestEnd(
                    configuration.phaseTimeouts, cancelled: cancelled, started),
                outcome))
    }

    /// Makes the request, and answers when its task was cancelled, if it was.
    private func carryOut(
        _ plan: RequestPlan, _ number: RequestNumber, _ runner: RequestRunner
    ) async -> (RequestOutcome, cancelled: Int64?) {
        guard let delay = plan.cancelAfterMilliseconds else {
            return (await runner.perform(plan, as: number), nil)
        }
        return await withTaskGroup(of: RequestOutcome?.self) { group in
            let request = Task(executorPreference: home?.taskExecutor) {
                await runner.perform(plan, as: number)
            }
            group.addTask { await request.value }
            group.addTask {
                await pause(delay)
                return nil
            }
            var cancelled: Int64?
            var outcome: RequestOutcome?
            while let result = await group.next() {
                if let result {
                    outcome = result
                    group.cancelAll()
                } else if outcome == nil {
                    cancelled = monotonicNanoseconds()
                    request.cancel()
                }
            }
            return (outcome ?? RequestOutcome(.strange, "no end"), cancelled)
        }
    }
}

extension RequestPlan {
    private var timeoutNanoseconds: Int64 { Int64(timeoutMilliseconds * 1_000_000) }

    /// Nanoseconds from its start that it may take.
    fileprivate func limit(retries: Int, cancelled: Int64?, _ started: Int64) -> Int64 {
        let callers = Int64(callersMilliseconds * 1_000_000)
        // A stream's deadline is for each stretch without progress: each try, head and body.
        let stretches = isStreamed ? Int64(retries + 2) : 1
        let limit = stretches * timeoutNanoseconds + callers
        return cancelled.map { min(limit, $0 - started + callers) } ?? limit
    }

    /// Before which the request can't have expired nor been cancelled.
    fileprivate func earliestEnd(
        _ phases: PhaseTimeouts, cancelled: Int64?, _ started: Int64
    ) -> Int64 {
        let deadlines = [
            phases.waiting, phases.connecting, phases.writing, phases.firstByte,
            phases.betweenBytes,
        ]
        let earliest = deadlines.compactMap { $0?.nanoseconds }.min() ?? .max
        let expiry = started + min(timeoutNanoseconds, earliest)
        return cancelled.map { min($0, expiry) } ?? expiry
    }
}
