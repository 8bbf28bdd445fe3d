import Foundation

/// What `--json` prints of a failure.
struct ReportedFailure: Decodable, Hashable {
    let code: Int
    let name: String
    let message: String
    let detail: String
    let engineMessage: String?
    let status: Int?
    let headers: [String: String]?
    let body: String?
    let isBodyTruncated: Bool?
    let delivery: String
    let isTransient: Bool
    let retryAfter: Int?

    private struct Report: Decodable {
        let error: ReportedFailure
    }

    /// Reads what a run printed last.
    static func last(of outcome: Enginectl.Outcome) throws -> ReportedFailure {
        let line = outcome.output.split(separator: "\n").last ?? ""
        return try JSONDecoder().decode(Report.self, from: Data(line.utf8)).error
    }
}

extension Enginectl.Outcome {
    /// What `--json` prints of a failure that had no response.
    static func unreachable(
        _ message: String, _ cause: String, _ path: String, isTransient: Bool = true
    ) -> Self {
        let error =
            #"{"attempts":[],"code":2802,"delivery":"neverSent","#
            + #""detail":"\#(message): \#(path): \#(cause)","isTransient":\#(isTransient),"#
            + #""message":"\#(message)","name":"connection"}"#
        return failure("", output: #"{"error":\#(error)}"# + "\n")
    }
}
