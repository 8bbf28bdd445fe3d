internal import Foundation

/// A child process that starts with the default signals, whatever the test process does with its
/// own, and that leaves nothing open when it has ended.
///
/// Foundation's `Process` keeps a thread with descriptors of its own from its first use on, which
/// the accounting of the suites would take for leaks.
package final class ChildProcess: Sendable {
    /// How a process ended.
    package enum Exit: Hashable, Sendable {
        case status(Int32)
        case signal(Int32)
    }

    /// An `errno`.
    package struct SystemError: Error {
        package let number: Int32

        package init(number: Int32) {
            self.number = number
        }
    }

    package let identifier: Int32

    /// Starts a program with these descriptors as its streams; without one the stream is closed.
    ///
    /// - Parameter leadsGroup: Whether it and what it starts are a process group of their own.
    package init(
        _ executable: String, _ arguments: [String], input: Int32?, output: Int32?, error: Int32?,
        leadsGroup: Bool = false
    ) throws {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        for (stream, descriptor) in zip(0...2 as ClosedRange<Int32>, [input, output, error]) {
            if let descriptor {
                unsafe posix_spawn_file_actions_adddup2(&actions, descriptor, stream)
            } else {
                unsafe posix_spawn_file_actions_addclose(&actions, stream)
            }
        }
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        Self.setAttributes(&attributes, leadsGroup: leadsGroup)
        var arguments = unsafe ([executable] + arguments).map { unsafe strdup($0) } + [nil]
        defer { while let argument = unsafe arguments.popLast() { unsafe free(argument) } }
        var identifier: pid_t = 0
        let number = unsafe posix_spawn(
            &identifier, executable, &actions, &attributes, &arguments, environ)
        guard number == 0 else { throw SystemError(number: number) }
        self.identifier = identifier
    }

    private static func setAttributes(
        _ attributes: inout posix_spawnattr_t, leadsGroup: Bool
    ) {
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe posix_spawnattr_setsigmask(&attributes, &signals)
        for number in [SIGPIPE, SIGINT, SIGTERM, SIGHUP] { unsafe sigaddset(&signals, number) }
        unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
        unsafe posix_spawnattr_setpgroup(&attributes, 0)
        let group = leadsGroup ? POSIX_SPAWN_SETPGROUP : 0
        let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | group
        unsafe posix_spawnattr_setflags(&attributes, Int16(flags))
    }

    package func send(_ signal: Int32) {
        kill(identifier, signal)
    }

    /// Sends a signal to the process group that it leads.
    package func sendToGroup(_ signal: Int32) {
        kill(-identifier, signal)
    }

    /// Whether it has ended, or has been waited for.
    package var hasEnded: Bool {
        var information = unsafe siginfo_t()
        let options = WEXITED | WNOHANG | WNOWAIT
        let result = unsafe waitid(P_PID, id_t(identifier), &information, options)
        return unsafe result != 0 || information.si_signo == SIGCHLD
    }

    /// Waits for the end, on a thread of its own; a cancelled wait ends the process.
    package func exit() async -> Exit {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                Thread.detachNewThread { [identifier] in
                    continuation.resume(returning: Self.wait(for: identifier))
                }
            }
        } onCancel: {
            send(SIGKILL)
        }
    }

    private static func wait(for identifier: pid_t) -> Exit {
        var status: Int32 = 0
        while unsafe waitpid(identifier, &status, 0) < 0, errno == EINTR {}
        let signal = status & 0x7f
        return signal == 0 ? .status((status >> 8) & 0xff) : .signal(signal)
    }
}
