import EngineCore
import Foundation
import TestSupport
import Testing

/// nginx: a file server with two worker processes.
@Suite(.accountsForResources, .needs(.nginx), .timeLimit(.minutes(20))) struct NginxTests {
    private static let body = ServerProgram.nginxFile
    private static let filtered = body.replacing("<end>", with: "<END>")

    private static let exchanges: [Exchange] = [
        Exchange(.init(.get, "/file"), text: body),
        Exchange(.init(.get, "/empty"), text: ""),
        Exchange(.init(.head, "/file")) {
            $0.status == 200 && $0.body.isEmpty && $0.headers["Content-Length"] == "\(body.count)"
        },
        Exchange(.init(.get, "/chunked/file")) { $0.isChunked && $0.text == filtered },
        Exchange(.init(.head, "/chunked/file")) { $0.status == 200 && $0.body.isEmpty },
        Exchange(.init(.get, "/list/")) { $0.isChunked && $0.text.contains("first") },
        Exchange(.init(.get, "/trailers/file")) {
            $0.isChunked && $0.text == body && $0.trailers["X-Status"] == "200"
        },
        Exchange(.init(.get, "/unbounded/file")) {
            $0.headers["Transfer-Encoding"] == nil && $0.headers["Content-Length"] == nil
                && $0.text == filtered
        },
        Exchange(.init(.get, "/proxied/file"), text: body),
        Exchange(.init(.get, "/proxied/chunked/file")) { $0.isChunked && $0.text == filtered },
        Exchange(.init(.get, "/packed/file", headers: ["Accept-Encoding": "gzip"])) {
            $0.isChunked && $0.headers["Content-Encoding"] == "gzip" && $0.body.first == 0x1f
        },
        Exchange(.init(.get, "/packed/file"), text: body),
        Exchange(.init(.get, "/file", headers: ["Range": "bytes=4-7"]), status: 206, text: "4567"),
        Exchange(.init(.get, "/file", headers: ["Range": "bytes=0-1,8-9"])) {
            $0.status == 206 && $0.text.contains("Content-Range: bytes 8-9/")
        },
        Exchange(.init(.get, "/file", headers: ["Range": "bytes=99999-"])) { $0.status == 416 },
        Exchange(
            .init(.get, "/file", headers: ["If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"])
        ) { $0.status == 200 && $0.text == body },
        Exchange(.init(.get, "/status/204")) { $0.status == 204 && $0.body.isEmpty },
        Exchange(.init(.get, "/status/301")) {
            $0.status == 301 && $0.headers["Location"] == "/file"
        },
        Exchange(.init(.get, "/status/503"), status: 503, text: "busy\n"),
        Exchange(.init(.get, "/status/500")) {
            $0.status == 500 && $0.text.contains("Internal Server Error")
        },
        Exchange(.init(.get, "/missing"), status: 404, text: "no such page"),
        Exchange(.init(.post, "/file", bytes: .pattern(1_000))) { $0.status == 405 },
        Exchange(.init(.get, "/closing/file")) {
            $0.headers["Connection"] == "close" && $0.text == body
        },
        Exchange(.init(.get, "/thrice/file"), text: body),
        Exchange(.init(.get, "/file", headers: ["Connection": "close"]), text: body),
    ]

    @Test func everyFraming() async throws {
        try await withServer(.nginx) { server in
            try await withClient(of: server) { engine in
                for exchange in Self.exchanges { try await exchange.run(with: engine) }
            }
        }
    }

    @Test func thousandRequests() async throws {
        try await withServer(.nginx) { server in
            try await withClient(of: server) { engine in
                try await Load(of: Self.exchanges).run(with: engine).expectSuccess()
            }
        }
    }

    @Test func restartsUnderLoad() async throws {
        try await withServer(.nginx) { server in
            try await withClient(of: server, retries: 1_000) { engine in
                // What a killed server may cut short without a trace is left out.
                let exchanges = Self.exchanges.filter {
                    $0.request.method.isIdempotent && $0.request.path != "/unbounded/file"
                }
                try await Load(of: exchanges).run(with: engine, restarting: server).expectSuccess()
            }
        }
    }

    @Test func reloadsUnderLoad() async throws {
        try await withServer(.nginx) { server in
            try await withClient(of: server) { engine in
                let tally = try await Load(of: Self.exchanges).run(with: engine) { ended in
                    if ended % 100 == 0 { await server.send(SIGHUP) }
                }
                tally.expectSuccess()
            }
        }
    }

    @Test func unchangedSinceLastTime() async throws {
        try await withServer(.nginx) { server in
            try await withClient(of: server) { engine in
                let first = try await engine.execute(EngineRequest(.get, "/file"))
                let tag = try #require(first.headers["ETag"])
                let again = EngineRequest(.get, "/file", headers: ["If-None-Match": tag])
                for _ in 0..<10 {
                    let response = try await engine.execute(again)
                    #expect(response.status == 304)
                    #expect(response.body.isEmpty)
                    #expect(response.headers["ETag"] == tag)
                }
                #expect(await engine.statistics.opened == 1)
            }
        }
    }

    @Test(arguments: [("/thrice/file", 3), ("/closing/file", 1)])
    func requestsPerConnection(path: String, most: Int) async throws {
        try await withServer(.nginx) { server in
            try await withClient(of: server) {
                $0.idleTimeout = .seconds(3_600)
                $0.maximumConnectionAge = .seconds(3_600)
            } _: { engine in
                for _ in 0..<30 {
                    try await Exchange(.init(.get, path), text: Self.body).run(with: engine)
                }
                let statistics = await engine.statistics
                #expect(statistics.opened == 30 / most)
                #expect(statistics.reused == 30 - 30 / most)
                #expect(statistics.retries.isEmpty)
            }
        }
    }

    @Test func storesFiles() async throws {
        let body = [UInt8].pattern(20_000_003)
        try await withServer(.nginx) { server in
            try await withClient(of: server) { engine in
                let put = EngineRequest(
                    .put, "/stored/new/file", headers: ["Expect": "100-continue"], bytes: body)
                try await Exchange(put) { $0.status == 201 }.run(with: engine)
                try await Exchange(put) { $0.status == 204 }.run(with: engine)
                let stored = EngineRequest(.get, "/stored/new/file")
                try await Exchange(stored, body: body).run(with: engine)
                let delete = EngineRequest(.delete, "/stored/new/file")
                try await Exchange(delete) { $0.status == 204 }.run(with: engine)
                try await Exchange(stored, status: 404, text: "no such page").run(with: engine)
                #expect(await engine.statistics.retries.isEmpty)
            }
        }
    }

    @Test(arguments: ["/small/reads-on", "/small/closes", "/small/discards"])
    func answersBeforeTheBodyIsThere(path: String) async throws {
        try await withServer(.nginx) { server in
            try await withClient(of: server) { engine in
                let post = EngineRequest(.post, path, bytes: .pattern(8_000_000))
                for _ in 0..<10 {
                    try await Exchange(post) { $0.status == 413 }.run(with: engine)
                    try await Exchange(.init(.get, "/file"), text: Self.body).run(with: engine)
                }
                #expect(await engine.statistics.retries.isEmpty)
            }
        }
    }
}
