internal import Dispatch

/// What is in an open file, chunk by chunk.
struct InputChunks: AsyncSequence {
    struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let input: InputDescriptor

        /// The next bytes; nil at the end.
        mutating func next() async throws(SystemError) -> [UInt8]? {
            // Somebody may be typing: a thread of tasks is not to wait for that.
            let result = await withCheckedContinuation { continuation in
                DispatchQueue.global().async { [input] in
                    continuation.resume(
                        returning: Result { () throws(SystemError) in try input.read() })
                }
            }
            let chunk = try result.get()
            return chunk.isEmpty ? nil : chunk
        }
    }

    let input: InputDescriptor

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(input: input) }
}
