// Bodies that pass through while a request runs.
extension ConnectionPool {
    func upload(for submission: Submission) -> Upload? {
        submission.upload.map { producer in
            Upload(producer) { [bound, id = submission.id] step, pass in
                await bound.offer(step, of: id, in: pass)
            }
        }
    }

    /// Hands a streamed response to its caller, who takes the body from there.
    func answer(_ connection: ConnectionID, _ head: ResponseHead) {
        guard let request = connections[connection.index]?.request else { return }
        let id = request.submission.id
        let channel = BodyChannel { [bound] in bound.run { $0.resumeReading(id) } }
        request.answer(head, channel)
    }

    private func resumeReading(_ id: RequestID) {
        guard let connection = requests[id]?.connection else { return }
        connections[connection.index]?.resumeReading()
    }
}

extension LoopBound<ConnectionPool> {
    fileprivate func offer(_ step: Upload.Step, of id: RequestID, in pass: Int) async -> Bool {
        await suspend { resume in
            run { pool in
                guard let request = pool.requests[id], let upload = request.upload else {
                    return resume(false)
                }
                guard upload.accept(step, in: pass, resume),
                    let connection = request.connection
                else { return }
                pool.connections[connection.index]?.continueUpload()
            }
        }
    }
}
