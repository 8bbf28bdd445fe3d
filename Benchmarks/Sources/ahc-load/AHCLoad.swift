import ArgumentParser
import AsyncHTTPClient
import EngineModules
import Foundation
import LoadClient
import NIOCore

/// AsyncHTTPClient under the load that the command line describes.
@main
struct AHCLoad: AsyncParsableCommand {
    static let configuration = CommandConfiguration(version: "1.37.0")

    @OptionGroup var options: LoadOptions

    func run() async throws {
        let load = Load(options)
        var configuration = HTTPClient.Configuration()
        if options.connections > 0 {
            configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit =
                options.connections
        }
        let client = HTTPClient(configuration: configuration)
        let requests = AHCRequests(client, options)
        try await load.run { try await requests.send($0) }
        try await client.shutdown()
        load.write()
    }
}

/// The requests of each work, and what their answers must be.
private struct AHCRequests: Sendable {
    private static let fixedSize = 90

    private let client: HTTPClient
    private let options: LoadOptions

    init(_ client: HTTPClient, _ options: LoadOptions) {
        self.client = client
        self.options = options
    }

    func send(_ work: Work) async throws {
        var size = Self.fixedSize
        let request: HTTPClientRequest
        switch work {
        case .raw: request = try post(closes: false)
        case .connect: request = try post(closes: true)
        case .hold: request = try make("/hold/\(options.callers)")
        case .download:
            request = try make("/bytes/\(options.size)")
            size = options.size
        case .json: return try await decode(make("/status"))
        case .upload: return try await upload(length: .known(Int64(options.size)))
        case .uploadChunked: return try await upload(length: .unknown)
        case .uploadFile: throw ValidationError("no upload-file")
        }
        let response = try await execute(request)
        var received = 0
        for try await chunk in response.body { received += chunk.readableBytes }
        guard received == size else { throw WrongAnswer("\(received) bytes") }
    }

    private func make(_ path: String) throws -> HTTPClientRequest {
        guard let url = URL(httpURLWithSocketPath: options.socket, uri: path) else {
            throw ValidationError("no URL for \(options.socket)")
        }
        return HTTPClientRequest(url: url.absoluteString)
    }

    private func post(closes: Bool) throws -> HTTPClientRequest {
        var request = try make("/metrics/list")
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        if closes { request.headers.add(name: "Connection", value: "close") }
        request.body = .bytes(ByteBuffer(string: "{}"))
        return request
    }

    private func execute(_ request: HTTPClientRequest) async throws -> HTTPClientResponse {
        let response = try await client.execute(request, timeout: .seconds(60))
        guard response.status == .ok else { throw WrongAnswer("status \(response.status)") }
        return response
    }

    private func decode(_ request: HTTPClientRequest) async throws {
        let body = try await execute(request).body.collect(upTo: 1 << 20)
        let status = try JSONDecoder().decode(EngineStatus.self, from: Data(body.readableBytesView))
        guard !status.isReady, status.ioc.count == 6 else { throw WrongAnswer("status") }
    }

    private func upload(length: HTTPClientRequest.Body.Length) async throws {
        var request = try make("/sink")
        request.method = .PUT
        let zeros = Zeros(size: options.size)
        request.body = .stream(zeros.asBuffers(), length: length)
        let body = try await execute(request).body.collect(upTo: 1_024)
        guard String(buffer: body) == String(options.size) else {
            throw WrongAnswer("the server counted \(String(buffer: body))")
        }
    }
}

extension Zeros {
    fileprivate func asBuffers() -> AsyncMapSequence<Zeros, ByteBuffer> {
        map { ByteBuffer(bytes: $0) }
    }
}
