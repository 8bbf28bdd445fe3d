import EngineRuntime
import Testing

@testable import EngineCore

/// What each error of a connect says about the next one.
@Suite struct ConnectFailureTests {
    private static let table: [(LibUVError, ConnectFailure)] = [
        (.noSuchFile, .transient), (.connectionRefused, .transient),
        (.connectionReset, .transient), (.brokenPipe, .transient), (.busy, .transient),
        (LibUVError(code: -9_999), .transient),
        (.tryAgain, .noRoom), (.tooManyOpenFiles, .noRoom), (.tooManyOpenFilesInSystem, .noRoom),
        (.noBufferSpace, .noRoom), (.noMemory, .noRoom),
        (.permissionDenied, .notAllowed),
        (.notADirectory, .permanent), (.tooManySymbolicLinks, .permanent),
        (.wrongSocketType, .permanent), (.nameTooLong, .permanent), (.notASocket, .permanent),
        (.operationNotPermitted, .permanent), (.invalidArgument, .permanent),
        (.notSupported, .permanent), (.addressFamilyNotSupported, .permanent),
        (.protocolNotSupported, .permanent),
    ]

    @Test(arguments: table)
    func errors(error: LibUVError, expected: ConnectFailure) throws {
        #expect(ConnectFailure(error) == expected)
        let path = try SocketPath("/run/engine.sock")
        let isTransient = EngineError.cannotConnect(error, path: path).isTransient
        #expect(isTransient == (expected == .transient || expected == .noRoom))
    }

    @Test func untrustedSockets() throws {
        let cause = UntrustedSocket.owner(7)
        #expect(ConnectFailure(cause) == .notAllowed)
        let path = try SocketPath("/run/engine.sock")
        #expect(!EngineError.cannotConnect(cause, path: path).isTransient)
    }

    @Test func theRetriesOfEachKind() {
        let kinds = ConnectFailure.allCases.map(\.poolFailure)
        #expect(kinds == [.transient, .noRoom, .transient, .permanent])
    }
}
