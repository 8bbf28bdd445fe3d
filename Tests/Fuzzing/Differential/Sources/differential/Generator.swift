import EngineSansIO

/// Messages made of a grammar's good and bad parts, then changed a little.
struct Generator {
    private var random: SplitMix64

    init(seed: UInt64) {
        random = SplitMix64(seed: seed)
    }

    mutating func next() -> Sample {
        if chance(1, in: 3) {
            return Sample(kind: .request, bytes: mutated(request()))
        }
        return Sample(kind: .response(toHead: chance(1, in: 10)), bytes: mutated(response()))
    }

    // MARK: Grammar

    private mutating func response() -> [UInt8] {
        var text = ""
        if chance(1, in: 12) { text += "HTTP/1.1 \(pick(["100", "103", "199"])) Interim\r\n\r\n" }
        text += pick(["HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.0"], rarely: Self.versions)
        text += pick([" "], rarely: ["", "  ", "\t"])
        text += pick(["200", "200", "204", "304", "404", "500"], rarely: Self.statuses)
        text += pick([" OK", " ", " Not Found"], rarely: Self.reasons)
        text += lineEnd()
        return message(text)
    }

    private mutating func request() -> [UInt8] {
        var text = pick([""], rarely: ["\r\n", "\n", "\r\n\r\n"])
        text += pick(["GET", "POST", "PUT", "DELETE", "OPTIONS"], rarely: Self.methods)
        text += pick([" "], rarely: ["", "  ", "\t"])
        text += pick(["/", "/status", "/a?b=c&d=%20"], rarely: Self.targets)
        text += pick([" "], rarely: ["", "  ", "\t", " x "])
        text += pick(["HTTP/1.1", "HTTP/1.1", "HTTP/1.0"], rarely: Self.versions)
        text += lineEnd()
        return message(text)
    }

    private mutating func message(_ startLine: String) -> [UInt8] {
        var text = startLine
        for _ in 0..<Int.random(in: 0...3, using: &random) { text += field() }
        var body = ""
        switch Int.random(in: 0..<8, using: &random) {
        case 0...2:
            body = pick(["", "{}", "hello", "HTTP/1.1 200 OK\r\n\r\n"])
            let length = pick(["\(body.utf8.count)"], rarely: Self.lengths)
            text += pick(["Content-Length"], rarely: ["content-length", "Content-Length "])
            text += ":" + pick([" ", ""], rarely: ["\t", "  "]) + length + lineEnd()
        case 3...5:
            let coding = pick(["chunked"], rarely: Self.codings)
            text += "Transfer-Encoding: \(coding)\(lineEnd())"
            body = chunks()
        case 6:
            body = "until close"
        default:
            break
        }
        if chance(1, in: 3) { text += field() }
        return Array((text + lineEnd() + body).utf8)
    }

    private mutating func field() -> String {
        let name = pick(["A", "X-Name", "Content-Type"], rarely: Self.names)
        let value = pick(["b", "text/plain", "1, 2"], rarely: Self.values)
        return name + pick([": ", ":"], rarely: [" : ", ":\t", ""]) + value + lineEnd()
    }

    private mutating func chunks() -> String {
        var text = ""
        for _ in 0..<Int.random(in: 0...3, using: &random) {
            let data = pick(["a", "hello", "0123456789abcdef"])
            let size = String(data.utf8.count, radix: 16, uppercase: chance(1, in: 2))
            text += pick([""], rarely: ["0", "000", " ", "+", "0x"]) + size
            text += pick([""], rarely: Self.chunkExtensions) + lineEnd()
            text += data + lineEnd()
        }
        text += "0" + pick([""], rarely: ["0", ";x", " "]) + lineEnd()
        for _ in 0..<Int.random(in: 0...1, using: &random) { text += field() }
        return text + lineEnd() + pick([""], rarely: ["left", "GET / HTTP/1.1\r\n\r\n"])
    }

    private mutating func lineEnd() -> String {
        chance(1, in: 60) ? pick(["\n", "\r", ""]) : "\r\n"
    }

    // MARK: Mutation

    private mutating func mutated(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        guard chance(1, in: 2) else { return bytes }
        for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
            let position = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes[position] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes.remove(at: position)
            case 2: bytes.insert(bytes[position], at: position)
            case 3: bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random) / 4)
            default: bytes.insert(contentsOf: Array(pick(Self.tokens).utf8), at: position)
            }
        }
        return bytes
    }

    private mutating func chance(_ count: Int, in total: Int) -> Bool {
        Int.random(in: 0..<total, using: &random) < count
    }

    private mutating func pick(_ choices: [String]) -> String {
        choices[Int.random(in: 0..<choices.count, using: &random)]
    }

    private mutating func pick(_ choices: [String], rarely others: [String]) -> String {
        pick(chance(1, in: 12) ? others : choices)
    }

    private static let versions = [
        "HTTP/1.2", "HTTP/2.0", "HTTP/0.9", "http/1.1", "HTTP/1", "HTTP/11", "HTTP/1.10",
        "RTSP/1.0", "ICE/1.0",
    ]
    private static let reasons = ["", " \t", " caf\u{e9}", "x", " a\u{7f}"]
    private static let statuses = [
        "101", "205", "099", "000", "600", "999", "20", "2000", "+20", "2x0", "302",
    ]
    private static let methods = [
        "HEAD", "CONNECT", "PATCH", "TRACE", "get", "FOO", "M-SEARCH", "PRI", "G(T", "", "QUERY",
    ]
    private static let targets = [
        "*", "http://a/b", "a:80", "/a#b", "/a b", "/\u{e9}", "/\u{1}", "//", "/\"<>\\^`{|}", "x",
    ]
    private static let names = [
        "", "A B", "A\u{e9}", "A(", "Connection", "Keep-Alive", "Upgrade", "Host", "Trailer",
        "Transfer-Encoding", "Content-Length", "Proxy-Connection", " A", "Expect",
    ]
    private static let values = [
        "", " ", "a\tb", "\u{e9}", "a\u{0}b", "a\rb", "a\r\n b", "a\n", "close", "keep-alive",
        "upgrade", "chunked", "5", "a  ", "\u{7f}", "100-continue", "\t b \t",
    ]
    private static let lengths = [
        "", "0", "1", "00", "005", "+5", "-1", "5,5", "5, 6", "5 ", "5 5", "0x5", "1e1", "5;",
        "18446744073709551615", "18446744073709551616", "9223372036854775807", "5,", "999",
    ]
    private static let codings = [
        "Chunked", "identity", "gzip", "gzip, chunked", "chunked, gzip", "chunked, chunked", "",
        "xchunked", "chunked;q=1", ",chunked", "chunked,", " chunked \t",
    ]
    private static let chunkExtensions = [
        ";", ";a", ";a=b", ";a=\"b;\\\"c\"", " ;a", "; a", ";a = b", " ", "\t", ";\u{1}", ";\u{e9}",
        ";a=\"", ";;", ";\u{7f}",
    ]
    private static let tokens = [
        "\r\n", "\n", "\r", " ", "\t", ":", ",", "\u{0}", "0", "Content-Length: 5\r\n",
        "Transfer-Encoding: chunked\r\n", "Connection: close\r\n", "\r\n\r\n", "HTTP/1.1", "\r\n ",
    ]
}
