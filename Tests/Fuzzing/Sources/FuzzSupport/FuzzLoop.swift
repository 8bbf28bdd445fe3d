internal import CLibFuzzer

#if canImport(Glibc)
    internal import Glibc
#endif

// Set once, before the only thread there is calls back.
nonisolated(unsafe) private var fuzzBody: ([UInt8]) -> Void = { _ in }

/// Hands the process to libFuzzer, which calls `body` with one input after another.
package func fuzz(_ body: @escaping ([UInt8]) -> Void) -> Never {
    unsafe fuzzBody = body
    var count = CommandLine.argc
    var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? =
        unsafe CommandLine.unsafeArgv
    let status = unsafe LLVMFuzzerRunDriver(&count, &arguments) { data, size in
        unsafe fuzzBody(Array(UnsafeBufferPointer(start: data, count: size)))
        return 0
    }
    exit(status)
}

/// Ends the process, which libFuzzer takes for a find, unless a promise was kept.
@inline(__always)
package func require(_ condition: Bool, _ promise: @autoclosure () -> String) {
    if !condition { fatalError("broken promise: \(promise())") }
}
