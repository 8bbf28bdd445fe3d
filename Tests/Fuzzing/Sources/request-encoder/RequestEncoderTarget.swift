import EngineSansIO
import EngineTesting
import FuzzSupport

/// Requests as a user gives them, encoded and read back: nothing may come out that was not put in.
@main
enum RequestEncoderTarget {
    /// Method, target, and names and values by turns, with a byte between that no text has.
    private struct Given {
        var method = HTTPMethod.get
        var target = ""
        var names: [String] = []
        var values: [String] = []
        var fields = HeaderFields()

        init(_ bytes: [UInt8]) {
            let parts = bytes.split(
                separator: 0xff, omittingEmptySubsequences: false
            ).map { String(decoding: $0, as: UTF8.self) }
            method = HTTPMethod(rawValue: parts[0])
            if parts.count > 1 { target = parts[1] }
            for index in stride(from: 2, to: parts.count - 1, by: 2) {
                names.append(parts[index])
                values.append(parts[index + 1])
                fields.append(parts[index], parts[index + 1])
            }
        }

        func has(_ name: String) -> Bool {
            names.contains { $0.lowercased() == name.lowercased() }
        }

        /// The rules of RFC 9110 and 9112, said once more.
        var isValid: Bool {
            let letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
            let token = Set("!#$%&'*+-.^_`|~0123456789\(letters)".utf8)
            let isToken = { (text: String) in
                !text.isEmpty && text.utf8.allSatisfy(token.contains)
            }
            return isToken(method.rawValue) && method.rawValue != "CONNECT"
                && (target == "*" && method.rawValue == "OPTIONS" || target.utf8.first == 0x2f)
                && names.count { $0.lowercased() == "host" } <= 1
                && target.utf8.allSatisfy { (0x21...0x7e).contains($0) && $0 != 0x23 }
                && names.allSatisfy(isToken)
                && values.allSatisfy { $0.utf8.allSatisfy { $0 == 9 || $0 >= 32 && $0 != 127 } }
                && !has("content-length") && !has("transfer-encoding") && names.count <= 97
        }
    }

    static func main() {
        fuzz { check($0) }
    }

    private static func check(_ bytes: [UInt8]) {
        var input = FuzzInput(bytes)
        let isChunked = input.next() & 1 == 1
        let partSizes = (0..<3).map { _ in input.next() }.filter { $0 > 0 }
        let given = Given(input.rest())
        let bodySize = partSizes.reduce(0, +)
        let framing: RequestFraming = isChunked ? .chunked : .length(bodySize)
        var output = [UInt8(ascii: "x")]
        do throws(RequestEncodingError) {
            try RequestEncoder.encodeHead(
                given.method, given.target, given.fields, framing, into: &output)
        } catch {
            require(output == [UInt8(ascii: "x")], "\(error) left \(output)")
            if case .fieldTooLong = error { return }
            if case .targetTooLong = error { return }
            return require(!given.isValid, "\(error) for \(given)")
        }
        require(given.isValid, "accepted \(given)")
        output.removeFirst()
        let lineCount = output.count { $0 == .lineFeed }
        let returnCount = output.count { $0 == .carriageReturn }
        let expected = expectedFields(given, framing)
        require(
            lineCount == expected.count + 2 && returnCount == lineCount,
            "\(lineCount) lines for \(expected.count) fields")
        let body = encodeBody(partSizes, framing, into: &output)
        requireReadBack(output, given, expected, body)
    }

    private static func expectedFields(
        _ given: Given, _ framing: RequestFraming
    ) -> HeaderFields {
        var expected = HeaderFields()
        if !given.has("host") { expected.append("Host", "localhost") }
        for (name, value) in zip(given.names, given.values) { expected.append(name, value) }
        if framing != .length(0), !given.has("content-type") {
            expected.append("Content-Type", "application/octet-stream")
        }
        switch framing {
        case .length(let length): expected.append("Content-Length", "\(length)")
        case .chunked: expected.append("Transfer-Encoding", "chunked")
        }
        return expected
    }

    private static func encodeBody(
        _ sizes: [Int], _ framing: RequestFraming, into output: inout [UInt8]
    ) -> [UInt8] {
        var encoder = BodyEncoder(framing)
        var body: [UInt8] = []
        do throws(BodyEncoder.Mismatch) {
            for (index, size) in sizes.enumerated() {
                let part = [UInt8](repeating: UInt8(index) + 13, count: size)
                output += try encoder.prefix(count: size)
                output += part
                body += part
            }
            output += try encoder.end()
        } catch {
            require(false, "\(error) for \(sizes)")
        }
        return body
    }

    private static func requireReadBack(
        _ bytes: [UInt8], _ given: Given, _ expected: HeaderFields, _ body: [UInt8]
    ) {
        let next = Array("GET / HTTP/1.1\r\n\r\n".utf8)
        let outcomes = requests(in: bytes + next)
        require(outcomes.count == 2 && outcomes[1].hasEnded, "\(outcomes)")
        let outcome = outcomes[0]
        require(outcome.head?.method == given.method, "\(outcome)")
        require(outcome.head?.target == given.target, "\(outcome)")
        require(outcome.head?.minorVersion == 1, "\(outcome)")
        require(outcome.head?.fields == expected, "\(outcome) for \(expected)")
        require(outcome.body == body, "\(outcome)")
        require(outcome.hasEnded && outcome.leftoverCount == next.count, "\(outcome)")
    }
}
