// Bodies that pass through while a request runs.
extension RequestDispatcher {
    func upload(for submission: Submission) -> Upload? {
        submission.upload.map { producer in
            Upload(producer) { [bound, id = submission.id] step, pass in
                await bound.offer(step, of: id, in: pass)
            }
        }
    }

    /// Hands a streamed response to its caller, who takes the body from there.
    func answer(_ request: PendingRequest, _ head: ResponseHead) {
        let id = request.id
        let channel = BodyChannel { [bound] in bound.run { $0.resumeReading(id) } }
        request.answer(head, channel)
    }

    private func resumeReading(_ id: RequestID) {
        requests[id]?.client?.resumeReading()
    }
}

extension LoopBound<RequestDispatcher> {
    fileprivate func offer(_ step: Upload.Step, of id: RequestID, in pass: Int) async -> Bool {
        await suspend { resume in
            run { dispatcher in
                guard let request = dispatcher.requests[id], let upload = request.upload else {
                    return resume(false)
                }
                guard upload.accept(step, in: pass, resume) else { return }
                request.client?.continueUpload()
            }
        }
    }
}
