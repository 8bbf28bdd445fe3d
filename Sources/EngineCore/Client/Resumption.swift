/// A suspended task and what it waits for: to be called exactly once.
@safe struct Resumption<Value: Sendable>: Sendable {
    // Whoever keeps one lets go of it, or notes that it was called, together with the call.
    private let continuation: UnsafeContinuation<Value, Never>

    fileprivate init(_ continuation: UnsafeContinuation<Value, Never>) {
        unsafe self.continuation = unsafe continuation
    }

    func callAsFunction(_ value: Value) {
        unsafe continuation.resume(returning: value)
    }
}

extension Resumption where Value == Void {
    func callAsFunction() {
        self(())
    }
}

/// Suspends the task until the resumption is called.
nonisolated(nonsending) func suspend<Value: Sendable>(
    _ body: (Resumption<Value>) -> Void
) async -> Value {
    unsafe await withUnsafeContinuation { continuation in
        body(unsafe Resumption(continuation))
    }
}
