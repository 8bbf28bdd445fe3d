import EngineSansIO
import Testing

@testable import EngineCore

/// An exchange refers to no object after its end that refers to it.
@Suite struct ExchangeReleaseTests {
    private func head() throws -> ResponseHead {
        var parser = ResponseParser()
        parser.startResponse(to: .get)
        let event = try Array("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n".utf8).withRawSpan {
            var offset = 0
            return try parser.next($0, from: &offset)
        }
        guard case .head(let head) = event else { throw EngineError.closed }
        return head
    }

    private func exchange(_ kind: Exchange.Kind) -> Exchange {
        Exchange(
            EngineRequest(.get, "/"), kind: kind, timeout: .max, totalTimeout: .max,
            startedAt: .current)
    }

    @Test(arguments: [true, false])
    func aStreamedOne(_ isWhole: Bool) async throws {
        let head = try head()
        weak var weakExchange: Exchange?
        do {
            let result: Result<(ResponseHead, BodyChannel), EngineError> = await suspend { resume in
                let exchange = exchange(.stream)
                weakExchange = exchange
                exchange.setCaller(.stream(resume))
                // As the client makes it, on its loop.
                nonisolated(unsafe) let referred = exchange
                exchange.answer(head, BodyChannel { unsafe referred.resumeClock(now: .current) })
                exchange.end(isWhole ? .success(EngineResponse(status: 200)) : .failure(.closed))
            }
            _ = try result.get()
        }
        #expect(weakExchange == nil)
    }
}
