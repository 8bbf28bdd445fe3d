// Bodies that pass through while a request runs.
extension RequestDispatcher {
    func upload(for submission: Submission) -> Upload? {
        guard let feed = submission.feed,
            case .produced(let producer) = submission.request.body.content
        else { return nil }
        return upload(producer, of: submission.id, feed)
    }

    func upload(_ producer: BodyProducer, of id: RequestID, _ feed: UploadFeed) -> Upload {
        Upload(producer, feed: feed) { [bound] step, pass in
            await bound.offer(step, of: id, in: pass)
        } passEnded: { [bound] in
            bound.run { $0.passEnded(of: id) }
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
