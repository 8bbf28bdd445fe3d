import EngineTesting
import Foundation

extension EmbeddedResponse {
    /// What the engine answers when it does not do what was asked.
    static func refusal(_ message: String) -> EmbeddedResponse {
        let body = try? JSONEncoder().encode(["status": "ERROR", "error": message])
        return EmbeddedResponse(body: Array(body ?? Data()))
    }
}
