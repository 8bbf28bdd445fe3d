import AsyncHTTPClient
import ClosedLoop
import Foundation
import NIOCore

/// AsyncHTTPClient as it comes: `ahc-client SOCKET CONCURRENCY REQUESTS`.
@main
enum AHCClient {
    static func main() async throws {
        guard let load = Load(CommandLine.arguments), load.option == nil,
            let url = URL(httpURLWithSocketPath: load.socket, uri: "/metrics/list")
        else {
            print("usage: ahc-client SOCKET CONCURRENCY REQUESTS")
            exit(64)
        }
        var request = HTTPClientRequest(url: url.absoluteString)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.body = .bytes(ByteBuffer(string: "{}"))
        let client = HTTPClient()
        let report = await load.run(client: "ahc") { [request] () async throws(RequestFailure) in
            try await send(request, with: client)
        }
        try report.print()
        try await client.shutdown()
    }

    private static func send(
        _ request: HTTPClientRequest, with client: HTTPClient
    ) async throws(RequestFailure) {
        let status: UInt
        do {
            let response = try await client.execute(request, timeout: .seconds(5))
            _ = try await response.body.collect(upTo: 1 << 20)
            status = response.status.code
        } catch let error as HTTPClientError {
            throw RequestFailure(error.shortDescription)
        } catch let error as IOError {
            throw RequestFailure("errno \(error.errnoCode)")
        } catch {
            throw RequestFailure("\(type(of: error))")
        }
        guard status == 200 else { throw RequestFailure("status \(status)") }
    }
}
