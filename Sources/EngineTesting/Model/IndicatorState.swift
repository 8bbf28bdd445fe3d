internal import EngineCore
public import EngineModules
internal import EngineSansIO

/// The indicators of compromise, and the files that they can be updated from.
///
/// Guessed: an update is over at once. One whose hash is not the file's is taken, and fails: the
/// state then names the reason and the content stays as it was.
public struct IndicatorState: Sendable, Hashable {
    /// What an update says of itself.
    public var update = IOCState(isUpdating: false)
    /// When the last good update was, in seconds since 1970; nil when there was none.
    public var updatedAt: Int64?
    /// The files that the engine can read: their MD5 hashes by path.
    public var files: [String: String] = [:]

    /// No indicators and no files.
    public init() {}

    /// What `/status` says of each type.
    var resource: ResourceState {
        ResourceState(
            isAvailable: updatedAt != nil,
            status: update.isUpdating ? .updating : update.lastError.isEmpty ? .ready : .failed,
            hash: update.hash, lastSuccessfulUpdate: updatedAt ?? 0)
    }

    fileprivate mutating func take(
        _ path: String, hash: String, at seconds: Int64
    ) throws(Refusal) {
        guard let actual = files[path] else { throw Refusal("File not found: \(path)") }
        if actual == hash {
            update = IOCState(hash: hash, isUpdating: false)
            updatedAt = seconds
        } else {
            update = IOCState(
                hash: update.hash, isUpdating: false,
                lastError: "Hash mismatch: expected \(hash), got \(actual)")
        }
    }
}

extension Endpoint {
    static let ioc = [
        Endpoint(
            .post, "/content/ioc/update", fields: [.string("path"), .string("hash")],
            running: {
                (state: inout EngineState, request) throws(Refusal) in
                try state.ioc.take(
                    request.required("path"), hash: request.required("hash"),
                    at: request.seconds)
            }),
        Endpoint(.get, "/content/ioc/state", contentType: "application/json") { state, _ in
            state.ioc.update
        },
    ]
}
