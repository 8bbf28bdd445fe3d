import EngineCore
import EngineTesting
import Foundation
import PrometheusText
import Testing

/// The metrics of a real client.
@Suite struct ClientTests {
    @Test func aClientsRequestsAreInTheFile() async throws {
        let metrics = PrometheusMetrics()
        let empty: EmbeddedEngine.Handler = { _ in .json("{}") }
        let path = try await withEmbeddedEngine(handler: empty) { server in
            var configuration = EngineConfiguration(socketPath: server.socketPath)
            configuration.metricsFactory = metrics
            try await withEngine(configuration: configuration) { engine in
                for _ in 0..<7 { _ = try await engine.execute(EngineRequest(.get, "/")) }
            }
            return server.socketPath
        }
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "engine.prom")
        try metrics.write(toTextfile: file.path)
        try metrics.write(toTextfile: file.path)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["engine.prom"])
        let text = try String(contentsOf: file, encoding: .utf8)
        let labels =
            #"http_request_method="GET",http_response_status_code="200","#
            + #"network_protocol_version="1.1",network_transport="unix","#
            + "server_address=\"\(path)\",url_scheme=\"http\""
        #expect(text.contains("http_client_request_duration_seconds_count{\(labels)} 7\n"))
        #expect(text.contains("engine_client_connections_opened_total{"))
    }
}
