import EngineCore
import EngineRuntime

/// A client in the hands of the C program `fork-host`, which declares these functions.
private final class DaemonClient: Sendable {
    let loop: EngineLoop
    let engine: Engine

    init(_ path: String, _ loop: EngineLoop) {
        var configuration = EngineConfiguration(socketPath: path, timeout: .seconds(60))
        configuration.idleTimeout = .seconds(3_600)
        configuration.maximumConnectionAge = .seconds(3_600)
        self.loop = loop
        engine = Engine(configuration: configuration, loop: loop)
    }

    var opaque: UnsafeMutableRawPointer { unsafe Unmanaged.passRetained(self).toOpaque() }

    static func of(_ opaque: UnsafeMutableRawPointer) -> DaemonClient {
        unsafe Unmanaged<DaemonClient>.fromOpaque(opaque).takeUnretainedValue()
    }
}

/// Where C waits for a text.
@safe private struct Waiter: @unchecked Sendable {
    typealias Answer = @convention(c) (UnsafeMutableRawPointer, UnsafePointer<CChar>) -> Void

    let context: UnsafeMutableRawPointer
    let answer: Answer

    func callAsFunction(_ text: String) {
        // C copies the text.
        unsafe text.withCString { unsafe answer(context, $0) }
    }
}

/// Makes a client on a loop of its own.
@_cdecl("client_make")
public func clientMake(_ path: UnsafePointer<CChar>, _ startsThread: Int32)
    -> UnsafeMutableRawPointer
{
    var configuration = EngineLoop.Configuration()
    configuration.startsThread = startsThread != 0
    let loop = EngineLoop(configuration: configuration)
    return unsafe DaemonClient(String(cString: path), loop).opaque
}

/// Makes a client on the shared loop.
@_cdecl("client_make_shared")
public func clientMakeShared(_ path: UnsafePointer<CChar>) -> UnsafeMutableRawPointer {
    unsafe DaemonClient(String(cString: path), .shared).opaque
}

/// Drops a client.
@_cdecl("client_free")
public func clientFree(_ client: UnsafeMutableRawPointer) {
    unsafe Unmanaged<DaemonClient>.fromOpaque(client).release()
}

/// Starts the client's loop; zero, or libuv's error.
@_cdecl("client_start")
public func clientStart(_ client: UnsafeMutableRawPointer) -> Int32 {
    do throws(LibUVError) {
        try unsafe DaemonClient.of(client).loop.start()
        return 0
    } catch {
        return error.code
    }
}

/// Turns the client's loop on the calling thread; zero, or libuv's error.
@_cdecl("client_run")
public func clientRun(_ client: UnsafeMutableRawPointer) -> Int32 {
    do throws(LibUVError) {
        try unsafe DaemonClient.of(client).loop.run()
        return 0
    } catch {
        return error.code
    }
}

/// Begins to shut the client's loop down.
@_cdecl("client_shut_down")
public func clientShutDown(_ client: UnsafeMutableRawPointer) {
    unsafe DaemonClient.of(client).loop.beginShutdown()
}

/// How often the client's loop has looked at its sockets.
@_cdecl("client_turns")
public func clientTurns(_ client: UnsafeMutableRawPointer) -> Int {
    unsafe DaemonClient.of(client).loop.statistics.turns
}

/// Runs C's function on the loop of a client, and answers with its result.
@_cdecl("client_on_loop")
public func clientOnLoop(
    _ client: UnsafeMutableRawPointer, _ body: @escaping @Sendable @convention(c) () -> Int,
    _ context: UnsafeMutableRawPointer,
    _ answer: @escaping @convention(c) (UnsafeMutableRawPointer, UnsafePointer<CChar>) -> Void
) {
    let waiter = unsafe Waiter(context: context, answer: answer)
    let client = unsafe DaemonClient.of(client)
    Task(executorPreference: client.loop.taskExecutor) { waiter("\(body())") }
}

/// Calls a client from a task on the loop of another one, or of its own.
@_cdecl("client_call")
public func clientCall(
    _ client: UnsafeMutableRawPointer, _ call: UnsafePointer<CChar>,
    _ runner: UnsafeMutableRawPointer, _ context: UnsafeMutableRawPointer,
    _ answer: @escaping @convention(c) (UnsafeMutableRawPointer, UnsafePointer<CChar>) -> Void
) {
    let waiter = unsafe Waiter(context: context, answer: answer)
    let (client, runner) = unsafe (DaemonClient.of(client), DaemonClient.of(runner))
    let call = unsafe String(cString: call)
    Task(executorPreference: runner.loop.taskExecutor) {
        waiter(await outcome(of: call, client.engine, client.loop))
    }
}

/// Uses Swift's own pool of threads.
@_cdecl("client_use_pool")
public func clientUsePool(
    _ context: UnsafeMutableRawPointer,
    _ answer: @escaping @convention(c) (UnsafeMutableRawPointer, UnsafePointer<CChar>) -> Void
) {
    let waiter = unsafe Waiter(context: context, answer: answer)
    Task.detached { waiter("used") }
}

private func outcome(of call: String, _ engine: Engine, _ loop: EngineLoop) async -> String {
    do {
        switch call {
        case "request": return "\(try await engine.execute(.init(.get, "/status")).status)"
        case "stream": return "\(try await engine.stream(.init(.get, "/status")).status)"
        case "connect": try await engine.connect()
        case "reconfigure": try await engine.reconfigure(engine.configuration)
        case "runOnLoop": try await engine.runOnLoop {}
        case "run": try await loop.run {}
        case "openHandleCount": _ = try await loop.openHandleCount()
        case "opened": return "\(await engine.statistics.opened)"
        case "statistics": _ = await engine.statistics
        case "healthChanges": for await _ in engine.healthChanges {}
        case "close": await engine.close()
        case "drain": await engine.close(finishingWithin: .seconds(60))
        case "shutdown": await loop.shutdown()
        default: return "no such call"
        }
        return "returned"
    } catch let error as EngineError {
        return "\(error.code.rawValue) \(error.message)"
    } catch {
        return "\(error)"
    }
}
