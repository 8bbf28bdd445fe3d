internal import Metrics

/// How a request ended, as far as metrics tell it apart: by status, or by the error's code.
struct RequestOutcome: Hashable {
    private let method: Int
    private let status: Int
    private let code: Int

    init(_ method: HTTPMethod, status: Int) {
        self.method = KnownMethod.index(of: method)
        self.status = status
        code = -1
    }

    /// - Parameter status: Of the head that came before the failure; 0 without one.
    init(_ method: HTTPMethod, _ error: EngineError, status: Int) {
        self.method = KnownMethod.index(of: method)
        self.status = status
        code = error.code.rawValue
    }

    private var errorType: String {
        if code >= 0 { return EngineError.Code(rawValue: code).name }
        return status >= 400 ? String(status) : ""
    }

    /// Always the same names in the same order, empty where there is nothing to tell: backends
    /// such as Prometheus take no series of one metric with different names.
    func dimensions(endpoint: [(String, String)]) -> [(String, String)] {
        [
            (AttributeName.method, KnownMethod.names[method]),
            (AttributeName.status, status == 0 ? "" : String(status)),
            (AttributeName.errorType, errorType),
        ] + endpoint
    }
}

/// The instruments of all requests to one engine that ended alike.
final class RequestInstruments {
    private let duration: any TimerHandler
    private let requestBodySize: any RecorderHandler
    private let responseBodySize: any RecorderHandler

    init(_ factory: any MetricsFactory, _ dimensions: [(String, String)]) {
        duration = factory.makeTimer(label: MetricName.requestDuration, dimensions: dimensions)
        duration.preferDisplayUnit(.seconds)
        requestBodySize = factory.makeRecorder(
            label: MetricName.requestBodySize, dimensions: dimensions, aggregate: true)
        responseBodySize = factory.makeRecorder(
            label: MetricName.responseBodySize, dimensions: dimensions, aggregate: true)
    }

    func record(nanoseconds: Int64, requestBodySize sent: Int, responseBodySize received: Int) {
        duration.recordNanoseconds(nanoseconds)
        requestBodySize.record(Int64(sent))
        responseBodySize.record(Int64(received))
    }
}
