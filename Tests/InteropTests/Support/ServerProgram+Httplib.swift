extension ServerProgram {
    private static func httplib(_ arguments: [String]) -> ServerProgram {
        ServerProgram("cpp-httplib", at: Installation.built("httplib-server"), arguments)
    }

    /// cpp-httplib on a Unix socket.
    static func httplib(requestsPerConnection: Int = 100, threads: Int = 8) -> ServerProgram {
        httplib(["unix", socketName, "\(requestsPerConnection)", "\(threads)"])
    }

    /// cpp-httplib on the loopback interface; it prints its address.
    static let httplibOnLoopback: ServerProgram = {
        var program = httplib(["loopback", "0", "100", "32"])
        program.readiness = .printsLine
        return program
    }()

    /// HAProxy in front of a server at an address as HAProxy writes them.
    static func haproxy(to address: String) -> ServerProgram {
        var program = ServerProgram(
            "haproxy", at: Installation.program("haproxy"),
            ["-db", "-f", Installation.sources + "/haproxy.cfg"])
        program.environment = ["BACKEND": address]
        return program
    }
}
