package import EngineRuntime
internal import EngineSansIO

/// The look-up of the user behind a name, made for one configuration; lives on the loop's thread.
///
/// Its identity tells the configurations apart: what an earlier one looked up counts for that alone.
final class UserLookup {
    // Long enough to spare a directory service that fails, and soon enough for one that is back.
    private static let pause: Int64 = 1_000_000_000

    let name: String
    var attempt = SharedAttempt<UInt32, LibUVError>(pause: pause)

    init(_ name: String) {
        self.name = name
    }
}

/// What a client asks the system for on threads of its own, since it may take long.
package struct SystemCalls: Sendable {
    /// The number of a user.
    package var userID: @Sendable (String) -> Result<UInt32, LibUVError>
    /// Opens a file that a loop is to read.
    package var openFile: @Sendable (String, EngineLoop) -> Result<ReadableFile, LibUVError>

    /// The system's.
    package init() {
        userID = { name in
            Result { () throws(LibUVError) in try EngineRuntime.userID(named: name) }
        }
        openFile = { path, loop in
            Result { () throws(LibUVError) in try ReadableFile(opening: path, readBy: loop) }
        }
    }
}
