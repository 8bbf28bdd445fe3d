import EngineTesting
import Foundation

/// Takes the place of an engine in `try.sh`, and appends each event to a file before it answers.
///
/// Usage: `event-receiver EVENTS_SOCKET FILE`
@main
enum EventReceiver {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 3 else {
            print("usage: event-receiver EVENTS_SOCKET FILE")
            exit(64)
        }
        let descriptor = open(arguments[2], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { fatalError("\(arguments[2]) can't be opened") }
        let file = FileHandle(fileDescriptor: descriptor)
        let endpoint = EventEndpoint()
        var configuration = EmbeddedEngine.Configuration()
        configuration.socketPath = arguments[1]
        try await withEmbeddedEngine(configuration) { request in
            let response = await endpoint.answer(request)
            let events = request.body.split(separator: 0x0a).dropFirst().map { $0.dropFirst(2) }
            if response.status == 200, !events.isEmpty {
                file.write(Data(events.joined(separator: [0x0a]) + [0x0a]))
            }
            return response
        } _: { _ in
            try await Task.sleep(for: .seconds(3_600))
        }
    }
}
