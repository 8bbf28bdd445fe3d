#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// A socket that the environment names.
struct EnvironmentSocket {
    static let api = EnvironmentSocket(name: "ENGINE_SOCKET")
    static let events = EnvironmentSocket(name: "ENGINE_EVENTS_SOCKET")

    /// The variable.
    let name: String

    /// Its value; nil where there is none, or an empty one.
    var path: String? {
        // Copied at once: nothing here changes the environment.
        guard let value = unsafe getenv(name) else { return nil }
        let path = unsafe String(cString: value)
        return path.isEmpty ? nil : path
    }
}
