import EngineCore

/// The client of a C program, on the loop that the program turns.
///
/// The functions that C calls are declared in `client.h`, and called on the loop's thread.
private final class HostClient: Sendable {
    typealias StatusCallback = @Sendable @convention(c) (UnsafePointer<CChar>) -> Void

    private let loop: EngineLoop
    private let engine: Engine

    init(hostLoop: UnsafeMutableRawPointer, socketPath: String) throws(LibUVError) {
        loop = try EngineLoop(attachedTo: hostLoop)
        engine = Engine(configuration: .init(socketPath: socketPath), loop: loop)
    }

    func status(_ callback: @escaping StatusCallback) {
        Task(executorPreference: loop.taskExecutor) { [engine] in
            // Still the host's thread: no lock is needed, here or in the host.
            do throws(EngineError) {
                callback(try await engine.execute(EngineRequest(.get, "/status")).text)
            } catch {
                callback("error: \(error.message)")
            }
        }
    }

    func shutDown() {
        Task(executorPreference: loop.taskExecutor) { [engine, loop] in
            await engine.close()
            loop.beginShutdown()
        }
    }
}

/// Attaches a client to the host's loop; null when the system has no descriptor left.
@_cdecl("client_attach")
public func clientAttach(
    _ hostLoop: UnsafeMutableRawPointer, _ socketPath: UnsafePointer<CChar>
) -> UnsafeMutableRawPointer? {
    guard
        let client = try? HostClient(hostLoop: hostLoop, socketPath: String(cString: socketPath))
    else { return nil }
    return Unmanaged.passRetained(client).toOpaque()
}

/// Asks the engine how it is; the answer comes on the loop.
@_cdecl("client_status")
public func clientStatus(
    _ client: UnsafeMutableRawPointer,
    _ callback: @escaping @Sendable @convention(c) (UnsafePointer<CChar>) -> Void
) {
    Unmanaged<HostClient>.fromOpaque(client).takeUnretainedValue().status(callback)
}

/// Ends the client, and frees it.
@_cdecl("client_shut_down")
public func clientShutDown(_ client: UnsafeMutableRawPointer) {
    Unmanaged<HostClient>.fromOpaque(client).takeRetainedValue().shutDown()
}
