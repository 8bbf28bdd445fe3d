internal import EngineCore

/// The content that a sample engine has.
enum SampleContent {
    private static let integrationID = "9b8f6f1e-0c1d-4f8e-9d57-5a1f3c2b7d10"

    static let integration = resource(
        "integration", "sample",
        [
            "id": .string(integrationID), "enabled": true,
            "metadata": ["title": "sample"], "decoders": [],
        ])
    static let sshd = resource(
        "decoder", "decoder/sshd/0",
        [
            "id": "0e3a9c52-6d1f-4f27-8a43-1c9b7e5d2f60", "enabled": true,
            "name": "decoder/sshd/0", "check": "starts_with($event.original, \"sshd\")",
        ])
    static let web = resource(
        "decoder", "decoder/web/0",
        [
            "id": "3f086ce2-32a4-42b0-be7e-40dcfb9c6160", "enabled": true,
            "name": "decoder/web/0", "check": "starts_with($event.original, \"GET\")",
        ])
    static let ports = resource(
        "kvdb", "ports",
        [
            "id": "c7d1e2f3-4a5b-4c6d-8e7f-90a1b2c3d4e5", "enabled": true,
            "metadata": ["title": "ports"], "content": ["22": "ssh", "443": "https"],
        ])

    /// A file of indicators and its MD5 hash.
    static let indicators = (
        text: #"{"connection":["192.0.2.1"]}"# + "\n", hash: "b89a4d63b50bc3c8489dbb62d906c8d1"
    )

    static let policy: JSONValue = [
        "enabled": true, "root_decoder": "decoder/core/0",
        "integrations": [.string(integrationID)], "filters": [], "enrichments": [],
        "index_unclassified_events": false, "index_discarded_events": false,
    ]

    /// A file of a few lines.
    static func lines(_ line: (Int) -> String) -> String {
        (1...10).map { line($0) + "\n" }.joined()
    }

    private static func resource(
        _ type: String, _ name: String, _ content: JSONValue
    ) -> ContentState.Resource {
        ContentState.Resource(type: type, name: name, content: content)
    }
}

extension JSONValue {
    /// The text of a file that holds the value.
    var sampleText: String {
        let format = JSONCoding.Format(isIndented: true, sortsNames: true)
        return String(decoding: bytes(as: format), as: UTF8.self) + "\n"
    }
}
