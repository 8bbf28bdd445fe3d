internal import Dispatch
internal import EngineRuntime

/// What is in an open file, chunk by chunk.
struct InputChunks: AsyncSequence {
    struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let input: InputDescriptor

        /// The next bytes; nil at the end.
        mutating func next() async throws(SystemError) -> [UInt8]? {
            // Somebody may be typing: a thread of tasks is not to wait for that.
            // A request that has ended does not wait either; what is read then is lost.
            let handoff = Handoff<Result<[UInt8], SystemError>>()
            DispatchQueue.global().async { [input] in
                handoff.fulfil(Result { () throws(SystemError) in try input.read() })
            }
            guard let result = await handoff.value() else { return nil }
            let chunk = try result.get()
            return chunk.isEmpty ? nil : chunk
        }
    }

    let input: InputDescriptor

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(input: input) }
}
