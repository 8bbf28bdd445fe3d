import FuzzSupport

/// An endpoint and its connections without sockets: limits first, then one event after another.
@main
enum ConnectionTarget {
    static func main() {
        fuzz { bytes in
            var input = FuzzInput(bytes)
            let client = ScriptedClient(&input)
            // A long script says nothing that a shorter one could not.
            for _ in 0..<200 where !input.isEmpty { client.step(&input) }
            client.drain()
            client.shutDown()
        }
    }
}
