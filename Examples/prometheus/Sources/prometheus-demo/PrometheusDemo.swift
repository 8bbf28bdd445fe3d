import EngineCore
import EngineTesting
import Foundation
import PrometheusText

/// Sends requests to two embedded engines, one of which is away for a while, and keeps a file up
/// to date that node_exporter's textfile collector reads.
@main
struct PrometheusDemo {
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        guard let textfile = arguments.first,
            let seconds = arguments.dropFirst().first.map(Double.init) ?? 3, seconds > 0
        else {
            FileHandle.standardError.write(
                Data("usage: prometheus-demo FILE.prom [SECONDS]\n".utf8))
            exit(64)
        }
        let metrics = PrometheusMetrics(help: MetricHelp.texts)
        let demo = Demo(metrics: metrics, duration: .seconds(seconds))
        let exporter = Task {
            while !Task.isCancelled {
                try metrics.write(toTextfile: textfile)
                try? await Task.sleep(for: .milliseconds(250))
            }
        }
        let (answered, failed) = try await demo.run()
        exporter.cancel()
        try await exporter.value
        // What the client had to say last.
        try metrics.write(toTextfile: textfile)
        print("\(answered) requests answered, \(failed) failed; metrics in \(textfile)")
    }
}
