import EngineCore
import TestSupport
import Testing

/// podman's service: Go's net/http.
@Suite(.accountsForResources, .starts(.podman), .timeLimit(.minutes(20))) struct PodmanTests {
    private static let exchanges: [Exchange] = [
        Exchange(.init(.get, "/_ping"), text: "OK"),
        Exchange(.init(.head, "/_ping"), text: ""),
        Exchange(.init(.get, "/images/json")) { $0.status == 200 && $0.text == "[]\n" },
        Exchange(.init(.get, "/containers/json")) { $0.status == 200 && $0.text == "[]\n" },
        Exchange(.init(.get, "/events?stream=false&since=0")) { $0.status == 200 && $0.isChunked },
        Exchange(.init(.get, "/images/none/json")) {
            $0.status == 404 && $0.text.contains("No such image")
        },
        Exchange(.init(.get, "/missing")) { $0.status == 404 },
        Exchange(.init(.delete, "/volumes/missing")) { $0.status == 404 },
        Exchange(.init(.post, "/volumes/create", body: .json(text: "junk"))) { $0.status == 500 },
        Exchange(.init(.get, "/_ping", headers: ["Connection": "close"])) {
            $0.headers["Connection"] == "close" && $0.text == "OK"
        },
    ]

    private static func create(_ name: String) -> Exchange {
        let body = Array(#"{"Name":"\#(name)"}"#.utf8)
        return Exchange(.init(.post, "/volumes/create", body: .json(bytes: body))) {
            $0.status == 201 && $0.text.contains(#""Name":"\#(name)""#)
        }
    }

    private static let mixed = Load { number in
        number % 20 == 0 ? create("v\(number)") : exchanges[number % exchanges.count]
    }

    @Test func everyFraming() async throws {
        try await withServer(.podman) { server in
            try await withClient(of: server) { engine in
                for exchange in Self.exchanges { try await exchange.run(with: engine) }
                try await Exchange(.init(.get, "/version")) {
                    $0.status == 200 && $0.headers["Content-Length"] == "\($0.body.count)"
                        && $0.text.contains("Podman Engine")
                }.run(with: engine)
                let information = EngineRequest(.get, "/v4.0.0/libpod/info")
                try await Exchange(information) {
                    $0.isChunked && $0.text.contains(#""graphDriverName":"vfs""#)
                }.run(with: engine)
            }
        }
    }

    @Test func volumes() async throws {
        try await withServer(.podman) { server in
            try await withClient(of: server) { engine in
                try await Self.create("first").run(with: engine)
                let events = EngineRequest(.get, "/events?stream=false&since=0")
                try await Exchange(events) {
                    $0.isChunked && $0.text.contains("first")
                }.run(with: engine)
                let delete = EngineRequest(.delete, "/volumes/first")
                try await Exchange(delete, status: 204, text: "").run(with: engine)
                try await Exchange(delete) { $0.status == 404 }.run(with: engine)
            }
        }
    }

    @Test func endlessResponse() async throws {
        try await withServer(.podman) { server in
            try await withClient(of: server) { engine in
                let events = EngineRequest(.get, "/events?stream=true")
                let error = await #expect(throws: EngineError.self) {
                    var limited = events
                    limited.timeout = .milliseconds(200)
                    return try await engine.execute(limited)
                }
                #expect(error?.code == .timeout)
                let response = try await engine.stream(events)
                #expect(response.status == 200)
                response.body.cancel()
                for exchange in Self.exchanges { try await exchange.run(with: engine) }
            }
        }
    }

    @Test func answersBeforeTheBodyIsThere() async throws {
        try await withServer(.podman) { server in
            try await withClient(of: server) { engine in
                let post = EngineRequest(.post, "/volumes/create", bytes: .pattern(8_000_000))
                for _ in 0..<10 {
                    try await Exchange(post) { $0.status == 500 }.run(with: engine)
                    try await Exchange(.init(.get, "/_ping"), text: "OK").run(with: engine)
                }
                #expect(await engine.statistics.retries.isEmpty)
            }
        }
    }

    @Test func thousandRequests() async throws {
        try await withServer(.podman) { server in
            try await withClient(of: server) { engine in
                try await Self.mixed.run(with: engine).expectSuccess()
            }
        }
    }

    @Test func restartsUnderLoad() async throws {
        try await withServer(.podman) { server in
            try await withClient(of: server, retries: 1_000) { engine in
                let exchanges = Self.exchanges.filter { $0.request.method.isIdempotent }
                try await Load(of: exchanges).run(with: engine, restarting: server).expectSuccess()
            }
        }
    }
}
