import EngineTesting
import TestSupport
import Testing

/// `status` and `metrics`: tables for people, JSON for scripts.
@Suite(.accountsForResources, .timeLimit(.minutes(20))) struct StatusAndMetricsTests {
    private let status = """
        {"status":"OK","ready":true,"new":{"unknown":[1]},
         "spaces":{"standard":{"available":true,"enabled":true,"status":"rebuilding","hash":"1f2e",
                               "last_successful_update":"1700000000","later":null},
                   "custom":{"available":false,"enabled":false,"status":"failed"}},
         "geo":{"city":{"available":true,"status":"ready","hash":"",
                        "last_successful_update":9223372036854775807}}}
        """
    private let dump = """
        {"status":"OK","uptime":"2026-11-24T01:22:45.448Z",
         "global":[{"name":"router.eps.1m","type":"gauge_dbl","enabled":true,"value":0.5},
                   {"name":"server.bytes","type":"counter","enabled":false,
                    "value":"9007199254740993"}],
         "spaces":[{"name":"standard",
                    "metrics":[{"name":"load","type":"histogram","enabled":true,"value":"NaN"}]}]}
        """

    private func run(_ arguments: String..., answering body: String) async throws
        -> Enginectl.Outcome
    {
        try await withEmbeddedEngine { _ in
            .json(body)
        } _: { engine in
            try await Enginectl.run(arguments + ["--socket", engine.socketPath])
        }
    }

    @Test func statusAsATable() async throws {
        let outcome = try await run("status", answering: status)
        #expect(
            outcome
                == .success(
                    """
                    ready: yes

                    KIND   NAME      AVAILABLE  ENABLED  STATUS      UPDATED               HASH
                    space  custom    no         no       failed      never                 -
                    space  standard  yes        yes      rebuilding  2023-11-14T22:13:20Z  1f2e
                    geo    city      yes        -        ready       9223372036854775807   -

                    """))
    }

    @Test func statusAsJSON() async throws {
        let city = #"{"available":true,"hash":"","last_successful_update":9223372036854775807,"#
        let custom = #"{"available":false,"enabled":false,"hash":"","last_successful_update":0,"#
        let standard =
            #"{"available":true,"enabled":true,"hash":"1f2e","last_successful_update":1700000000,"#
        let jsonOutcome = try await run("status", "--json", answering: status)
        #expect(
            jsonOutcome
                == .success(
                    #"{"geo":{"city":\#(city)"status":"ready"}},"ioc":{},"ready":true,"#
                        + #""spaces":{"custom":\#(custom)"status":"failed"},"#
                        + #""standard":\#(standard)"status":"rebuilding"}}}"# + "\n"))
    }

    @Test func theRecordedStatus() async throws {
        try await withEmbeddedEngine { engine in
            let outcome = try await Enginectl.run("status", "--socket", engine.socketPath)
            #expect(
                outcome
                    == .success(
                        """
                        ready: no

                        KIND   NAME         AVAILABLE  ENABLED  STATUS  UPDATED  HASH
                        space  custom       no         no       ready   never    -
                        space  standard     no         no       ready   never    -
                        ioc    connection   no         -        ready   never    -
                        ioc    hash_md5     no         -        ready   never    -
                        ioc    hash_sha1    no         -        ready   never    -
                        ioc    hash_sha256  no         -        ready   never    -
                        ioc    url_domain   no         -        ready   never    -
                        ioc    url_full     no         -        ready   never    -
                        geo    asn          no         -        ready   never    -
                        geo    city         no         -        ready   never    -

                        """))
        }
    }

    @Test func aDumpAsATable() async throws {
        let outcome = try await run("metrics", "dump", answering: dump)
        #expect(
            outcome
                == .success(
                    """
                    started: 2026-11-24T01:22:45.448Z

                    SPACE     NAME           TYPE       ENABLED  VALUE
                    -         router.eps.1m  gauge_dbl  yes      0.5
                    -         server.bytes   counter    no       9007199254740993
                    standard  load           histogram  yes      nan

                    """))
    }

    @Test func aDumpAsJSON() async throws {
        let jsonOutcome = try await run("metrics", "dump", "--json", answering: dump)
        #expect(
            jsonOutcome
                == .success(
                    #"{"global":[{"enabled":true,"name":"router.eps.1m","type":"gauge_dbl","#
                        + #""value":0.5},{"enabled":false,"name":"server.bytes","type":"counter","#
                        + #""value":9007199254740993}],"spaces":[{"metrics":[{"enabled":true,"#
                        + #""name":"load","type":"histogram","value":"NaN"}],"name":"standard"}],"#
                        + #""uptime":"2026-11-24T01:22:45.448Z"}"# + "\n"))
    }

    @Test func aList() async throws {
        let body = #"{"status":"OK","names":["b.first","a.second"]}"#
        let outcome = try await run("metrics", "list", answering: body)
        #expect(outcome == .success("b.first\na.second\n"))
        let jsonOutcome = try await run("metrics", "list", "--json", answering: body)
        #expect(
            jsonOutcome
                == .success(#"["b.first","a.second"]"# + "\n"))
    }

    @Test func oneMetric() async throws {
        try await withEmbeddedEngine { engine in
            let arguments = [
                "metrics", "get", "router.events.processed", "--socket", engine.socketPath,
            ]
            let outcome = try await Enginectl.run(arguments)
            #expect(
                outcome
                    == .success(
                        """
                        NAME                     TYPE     ENABLED  VALUE
                        router.events.processed  counter  yes      0

                        """))
            let json =
                #"{"enabled":true,"name":"router.events.processed","type":"counter","value":0}"#
            let jsonOutcome = try await Enginectl.run(arguments + ["--json"])
            #expect(jsonOutcome == .success(json + "\n"))
        }
    }

    @Test(arguments: [
        (["dump"], "POST /metrics/dump {}"),
        (["list"], "POST /metrics/list {}"),
        (["list", "--space", "s"], #"POST /metrics/list {"space":"s"}"#),
        (["get", "m"], #"POST /metrics/get {"instrumentName":"m"}"#),
    ])
    func whatIsAsked(_ arguments: [String], _ request: String) async throws {
        // The refusal carries the request back.
        try await withEmbeddedEngine { request in
            let body = String(decoding: request.body, as: UTF8.self)
            return .refusal("\(request.method) \(request.path) \(body)")
        } _: { engine in
            let outcome = try await Enginectl.run(
                ["metrics"] + arguments + ["--socket", engine.socketPath])
            #expect(
                outcome
                    == .failure("error: 2803 http: the engine refused the request\n\(request)\n"))
        }
    }
}
