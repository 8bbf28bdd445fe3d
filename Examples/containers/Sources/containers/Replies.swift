import EngineCore

struct DaemonVersion: Decodable, Sendable {
    let version: String
    let apiVersion: String

    private enum CodingKeys: String, CodingKey {
        case version = "Version"
        case apiVersion = "ApiVersion"
    }
}

struct Container: Decodable, Sendable {
    let id: String
    let names: [String]
    let image: String
    let state: String

    private enum CodingKeys: String, CodingKey {
        case id = "Id"
        case names = "Names"
        case image = "Image"
        case state = "State"
    }
}

struct Image: Decodable, Sendable {
    let id: String
    /// Names with their tags; nil or empty for an image without a name.
    let tags: [String]?
    /// In bytes.
    let size: Int64

    private enum CodingKeys: String, CodingKey {
        case id = "Id"
        case tags = "RepoTags"
        case size = "Size"
    }
}

struct PullProgress: Decodable, Sendable, Hashable {
    let id: String?
    let status: String?
    let error: String?

    /// The progress itself, unless it is the daemon's word that it gave up.
    var checked: PullProgress {
        get throws(EngineError) {
            guard let error else { return self }
            throw EngineError(
                .http, message: "the daemon gave the pull up", detail: error,
                delivery: .consumed, engineMessage: error)
        }
    }
}
