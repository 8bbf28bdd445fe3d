import EngineCore
import EngineTesting
import TestSupport
import Testing

/// Whether the conformance checks pass what is right, and find each thing that is wrong.
@Suite(.accountsForResources, .timeLimit(.minutes(20))) struct ConformanceTests {
    private struct Receipt: Decodable {
        let id: Int
    }

    /// A module whose one call is each test's own.
    private struct PolicyModule: EngineModule {
        static let name = "policy"
        let engine: Engine
    }

    private static let right: @Sendable (PolicyModule) async throws -> Int = { module in
        let receipt: Receipt = try await module.send("/policy/create", ["name": "a"])
        return receipt.id
    }

    private func failedChecks(
        isRepeatable: Bool = false, body: EngineModuleConformance<PolicyModule>.Call.Body? = nil,
        make: @escaping @Sendable (PolicyModule) async throws -> Int
    ) async throws -> Set<ConformanceCheck> {
        var conformance = EngineModuleConformance<PolicyModule>(calls: [
            .init(
                "create", .post, "/policy/create", isRepeatable: isRepeatable, body: body,
                reply: ["status": "OK", "id": 7], make: make, returns: { $0 == 7 })
        ])
        conformance.limit = .milliseconds(500)
        return Set(try await conformance.failures().map(\.check))
    }

    @Test func aRightCallPasses() async throws {
        let failed = try await failedChecks(body: .exactly(["name": "a"]), make: Self.right)
        #expect(failed == [])
    }

    @Test func theWrongMethodOrTarget() async throws {
        let method = try await failedChecks { module in
            let receipt: Receipt = try await module.send(
                "/policy/create", ["name": "a"], method: .put, repeatability: .unsafe)
            return receipt.id
        }
        #expect(method == [.request])
        let target = try await failedChecks { module in
            let receipt: Receipt = try await module.send("/policy", ["name": "a"])
            return receipt.id
        }
        #expect(target == [.request])
    }

    @Test func theWrongBody() async throws {
        let other = try await failedChecks(body: .exactly(["name": "b"]), make: Self.right)
        #expect(other == [.request])
        let noJSON = try await failedChecks { module in
            let request = EngineRequest(.post, "/policy/create", body: .text("name=a"))
            let receipt: Receipt = try await module.engine.execute(request).decode()
            return receipt.id
        }
        #expect(noJSON == [.request])
    }

    @Test func aReplyThatIsNotRead() async throws {
        struct Other: Decodable {
            let number: Int
        }
        let failed = try await failedChecks { module in
            let other: Other = try await module.send("/policy/create", ["name": "a"])
            return other.number
        }
        #expect(failed == [.reply, .unknownMembers])
        let wrongValue = try await failedChecks { module in
            let receipt: Receipt = try await module.send("/policy/create", ["name": "a"])
            return receipt.id + 1
        }
        #expect(wrongValue == [.reply, .unknownMembers])
    }

    @Test func membersThatAreNotTolerated() async throws {
        let failed = try await failedChecks { module in
            let reply: [String: JSONValue] = try await module.send(
                "/policy/create", ["name": "a"])
            guard reply.count == 2, let id = reply["id"]?.integerValue else {
                throw EngineError(.invalidJSON, message: "surprise", delivery: .consumed)
            }
            return Int(id)
        }
        #expect(failed == [.unknownMembers])
    }

    @Test func aRefusalThatIsPassedOver() async throws {
        let failed = try await failedChecks { module in
            let request = EngineRequest(.post, "/policy/create", body: .text("{}"))
            let response = try await module.engine.execute(request)
            return response.body.count > 12 ? 7 : try response.decode(Receipt.self).id
        }
        #expect(failed == [.refusalUnderOK, .refusalUnderBadRequest, .redirect])
    }

    @Test func aRedirectThatIsTakenForAnAnswer() async throws {
        let failed = try await failedChecks { module in
            let request = EngineRequest(.post, "/policy/create", body: .json(text: "{}"))
            let response = try await module.engine.execute(request)
            try response.checkSuccess(allowing: [302])
            return try EngineResponse(status: 200, body: response.body).decode(Receipt.self).id
        }
        #expect(failed == [.redirect])
    }

    @Test func errorsThatAreSwallowed() async throws {
        let failed = try await failedChecks { module in (try? await Self.right(module)) ?? 7 }
        #expect(
            failed == [
                .refusalUnderOK, .refusalUnderBadRequest, .redirect, .invalidJSON, .timeout,
                .missingSocket, .repetition,
            ])
    }

    @Test func errorsOfAnotherType() async throws {
        let failed = try await failedChecks { module in
            do { return try await Self.right(module) } catch { throw CancellationError() }
        }
        #expect(failed.isSuperset(of: [.refusalUnderOK, .invalidJSON, .timeout, .missingSocket]))
    }

    @Test func aTimeoutOfItsOwn() async throws {
        let failed = try await failedChecks { module in
            let receipt: Receipt = try await module.send(
                "/policy/create", ["name": "a"], timeout: .seconds(3_600))
            return receipt.id
        }
        #expect(failed == [.timeout])
    }

    @Test func anUnsafeCallThatIsRepeated() async throws {
        let failed = try await failedChecks { module in
            let receipt: Receipt = try await module.send(
                "/policy/create", ["name": "a"], repeatability: .safe)
            return receipt.id
        }
        #expect(failed == [.repetition])
    }

    @Test func aSafeCallThatIsNotRepeated() async throws {
        let failed = try await failedChecks(isRepeatable: true, make: Self.right)
        #expect(failed == [.repetition])
    }

    @Test func aRequestTooMany() async throws {
        let failed = try await failedChecks { module in
            _ = try? await Self.right(module)
            return try await Self.right(module)
        }
        #expect(failed.isSuperset(of: [.request, .repetition]))
    }

    @Test func failuresAreThrownWithTheirReasons() async throws {
        let conformance = EngineModuleConformance<PolicyModule>(calls: [
            .init(
                "create", .post, "/policy", isRepeatable: false, reply: ["id": 7],
                make: Self.right)
        ])
        let error = await #expect(throws: ConformanceFailures.self) {
            try await conformance.check()
        }
        #expect(
            error?.description
                == "create: request: expected POST /policy, was POST /policy/create")
    }
}
