import EngineCore

/// What the servers that run a program of ours have in common.
enum ApplicationExchanges {
    /// Those that run anywhere.
    static let common: [Exchange] = [
        length(0), length(1), length(70_000), length(1_000_000),
        chunked(0), chunked(1), chunked(70_000), chunked(1_000_000),
        echo(0), echo(1), echo(70_000), echo(1_000_000),
        method(.get), method(.post), method(.put), method(.patch), method(.delete),
        method(.options),
        Exchange(.init(.head, "/length?size=1000")) {
            $0.status == 200 && $0.body.isEmpty && $0.headers["Content-Length"] == "1000"
        },
        Exchange(.init(.head, "/chunked?size=1000")) { $0.status == 200 && $0.body.isEmpty },
        Exchange(.init(.get, "/none")) { $0.status == 204 && $0.body.isEmpty },
        Exchange(.init(.get, "/unchanged")) {
            $0.status == 304 && $0.body.isEmpty && $0.headers["ETag"] == #""1""#
        },
        Exchange(.init(.get, "/raise")) { $0.status == 500 },
        Exchange(.init(.get, "/missing")) { $0.status == 404 },
        Exchange(.init(.get, "/length?size=9", headers: ["Connection": "close"])) {
            $0.headers["Connection"]?.lowercased() == "close" && $0.body == .pattern(9)
        },
    ]

    /// After an interim response.
    static let continued = Exchange(
        .init(.post, "/count", headers: ["Expect": "100-continue"], bytes: .pattern(300_000)),
        text: "300000")

    static func length(_ size: Int) -> Exchange {
        let body = [UInt8].pattern(size)
        return Exchange(.init(.get, "/length?size=\(size)")) {
            $0.status == 200 && $0.headers["Content-Length"] == "\(size)"
                && $0.body.hasSameBytes(as: body)
        }
    }

    static func chunked(_ size: Int) -> Exchange {
        let body = [UInt8].pattern(size)
        return Exchange(.init(.get, "/chunked?size=\(size)")) {
            $0.status == 200 && $0.isChunked && $0.body.hasSameBytes(as: body)
        }
    }

    static func echo(_ size: Int) -> Exchange {
        let body = [UInt8].pattern(size)
        return Exchange(.init(.post, "/echo", bytes: body), body: body)
    }

    static func method(_ method: HTTPMethod) -> Exchange {
        Exchange(.init(method, "/method"), text: method.rawValue)
    }
}
