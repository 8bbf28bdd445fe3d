import EngineSansIO
import Testing

/// Requests that HTTP does not know in the form in which they were asked for.
@Suite struct RequestFormTests {
    private func head(
        _ method: String, _ target: String = "/", _ fields: HeaderFields = [:]
    ) throws -> String {
        var output: [UInt8] = []
        try RequestEncoder.encodeHead(
            HTTPMethod(rawValue: method), target, fields, .length(0), into: &output)
        return String(decoding: output, as: UTF8.self)
    }

    @Test(arguments: [["Host", "Host"], ["host", "HOST"], ["Host", "A", "hOst"]])
    func oneHostAtMost(_ names: [String]) throws {
        var fields = HeaderFields()
        for name in names { fields.append(name, "localhost") }
        #expect(throws: RequestEncodingError.self) { try head("GET", "/", fields) }
    }

    @Test func connectIsRefused() {
        #expect(throws: RequestEncodingError.self) { try head("CONNECT", "/") }
        #expect(throws: RequestEncodingError.self) { try head("CONNECT", "*") }
    }

    @Test func methodsAreSentAsTheyAre() throws {
        for method in ["get", "Connect", "PURGE", "pOsT"] {
            #expect(try head(method).hasPrefix("\(method) / HTTP/1.1\r\n"))
        }
    }

    @Test func theAsteriskIsForOptionsAlone() throws {
        #expect(try head("OPTIONS", "*").hasPrefix("OPTIONS * HTTP/1.1\r\n"))
        for method in ["GET", "POST", "options", "TRACE", "DELETE"] {
            #expect(throws: RequestEncodingError.invalidTarget) { try head(method, "*") }
        }
    }
}
