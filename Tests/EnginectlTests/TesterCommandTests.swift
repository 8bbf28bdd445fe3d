import EngineCore
import EngineModules
import EngineTesting
import Foundation
import TestSupport
import Testing

/// `enginectl tester` against an engine that keeps its sessions.
@Suite(.accountsForResources, .timeLimit(.minutes(20))) struct TesterCommandTests {
    private let result = """
        {"status":"OK","result":{"output":{"b":"\\u001b[31m","a":[1]},
          "asset_traces":[{"asset":"decoder/a/0","success":true,"traces":["one","two"]},
                          {"asset":"decoder/b/0","success":false}],
          "validation":{"valid":false,
                        "errors":[{"path":"/a","kind":"type","expected":"long"}]}}}
        """

    /// An engine with a space, a decoder in it, and two sessions.
    private var state: EngineState {
        var state = EngineState()
        state.content.namespaces["custom"] = .init(policy: ["enabled": true])
        state.content.namespaces["custom"]?.resources["1"] = .init(
            type: "decoder", name: "decoder/a/0", content: ["enabled": true])
        for (name, time) in [("second", 0), ("first", 1_700_000_000)] as [(String, Int64)] {
            state.tester.sessions[name] = .init(
                TesterSession(name: name, namespaceID: "custom", lifetime: 60), lastUse: time)
        }
        return state
    }

    @Test func theTable() async throws {
        try await withEmbeddedEngine(state: state) { engine in
            let outcome = try await engine.enginectl("tester", "table")
            #expect(
                outcome
                    == .success(
                        """
                        NAME    SPACE   STATUS   LIFETIME  LAST USED             DESCRIPTION
                        first   custom  ENABLED  60        2023-11-14T22:13:20Z  -
                        second  custom  ENABLED  60        never                 -

                        """))
            let json = try await engine.enginectl("tester", "get", "second", "--json")
            #expect(
                json
                    == .success(
                        #"{"entry_status":"ENABLED","last_use":0,"lifetime":60,"#
                            + #""name":"second","namespaceId":"custom"}"# + "\n"))
        }
    }

    @Test func aSessionFromItsMakingToItsEnd() async throws {
        try await withEmbeddedEngine(state: state) { engine in
            let posted = try await engine.enginectl(
                "tester", "post", "mine", "--space", "custom", "--lifetime", "5")
            #expect(posted == .success("OK\n"))
            let made = TesterSession(name: "mine", namespaceID: "custom", lifetime: 5)
            #expect(await engine.state { $0.tester.sessions["mine"]?.session } == made)
            let reloaded = try await engine.enginectl("tester", "reload", "mine")
            #expect(reloaded == .success("OK\n"))
            let deleted = try await engine.enginectl("tester", "delete", "mine", "--json")
            #expect(deleted == .success("{}\n"))
            #expect(await engine.state { $0.tester.sessions["mine"] } == nil)
            for command in ["get", "reload", "delete"] {
                let refused = try await engine.enginectl("tester", command, "mine")
                #expect(refused == .refused("The 'mine' environment does not exist."))
            }
            let ended = try await engine.enginectl("tester", "delete-logtest", "custom")
            #expect(ended == .success("OK\n"))
        }
    }

    @Test func aRun() async throws {
        try await withEmbeddedEngine(state: state) { engine in
            let outcome = try await engine.enginectl(
                "tester", "run", "first", "1:/log:hello", "--trace", "all")
            #expect(
                outcome
                    == .success(
                        """
                        {
                          "event": {
                            "original": "hello"
                          },
                          "wazuh": {
                            "protocol": {
                              "location": "/log",
                              "queue": 49
                            }
                          }
                        }

                        ASSET        SUCCESS  STEP
                        decoder/a/0  yes      [check: taken as true]

                        """))
            let json = try await engine.enginectl(
                "tester", "run", "first", "-", "--json", input: "1:/log:hello\n")
            #expect(
                json
                    == .success(
                        #"{"asset_traces":[],"output":{"event":{"original":"hello"},"#
                            + #""wazuh":{"protocol":{"location":"/log","queue":49}}}}"# + "\n"))
            let refused = try await engine.enginectl("tester", "run", "third", "1:/log:hello")
            #expect(refused == .refused("The 'third' environment does not exist."))
        }
    }

    @Test func aResultWithAllThatItCanHave() async throws {
        try await withEmbeddedEngine { [result] _ in
            .json(result)
        } _: { engine in
            let outcome = try await engine.enginectl("tester", "logtest", "custom", "event")
            #expect(
                outcome
                    == .success(
                        """
                        {
                          "a": [
                            1
                          ],
                          "b": "\\u001b[31m"
                        }

                        ASSET        SUCCESS  STEP
                        decoder/a/0  yes      one
                                              two
                        decoder/b/0  no       -

                        valid: no

                        PATH  KIND  EXPECTED  ACTUAL
                        /a    type  long      -

                        """))
        }
    }

    @Test func readsWhatItTests() async throws {
        try await withTemporaryDirectory { directory in
            let file = directory + "/event"
            try Data("1:/log:one line\r\n".utf8).write(to: URL(fileURLWithPath: file))
            try await withEmbeddedEngine(state: state) { engine in
                let outcome = try await engine.enginectl(
                    "tester", "run", "first", "@" + file, "--metadata", "-", "--json",
                    input: #"{"agent": 1}"#)
                #expect(outcome == .success(outcome.output))
                #expect(outcome.output.contains(#""agent":1,"event":{"original":"one line"}"#))
            }
        }
    }

    @Test(arguments: [
        (["1:a:b", "--trace", "some"], "Please provide one of 'none', 'asset-only' or 'all'."),
        (["1:a:b", "--asset", "x"], "'--asset' takes effect with '--trace"),
        (["-", "--metadata", "-"], "Only one of '--metadata' and the event can be '-'."),
        (["1:a:b", "--metadata", "[]"], "'--metadata' is not a JSON object."),
        (["1:a:b", "--metadata", "{"], "'--metadata' is not a JSON object."),
        (["@/nonexistent"], "'event' can't be read from /nonexistent: No such file"),
    ])
    func badOnesAreTold(_ arguments: [String], _ complaint: String) async throws {
        let outcome = try await Enginectl.run(["tester", "run", "t"] + arguments)
        #expect(outcome.exit == .status(64))
        #expect(outcome.error.contains(complaint))
    }
}
