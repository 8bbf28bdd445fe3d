public import EngineCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension HealthCheck {
    /// Asks a Wazuh Engine for its status (`GET /status`): it is ready when it says so.
    ///
    /// - Parameters:
    ///   - interval: From one check to the next.
    ///   - timeout: What an answer may take.
    public static func engineStatus(
        interval: Duration = .seconds(5), timeout: Duration = .seconds(1)
    ) -> HealthCheck {
        HealthCheck(EngineRequest(.get, "/status"), interval: interval, timeout: timeout) {
            response in
            let data = Data(response.body)
            let status = try? JSONDecoder().decode(EngineStatus.self, from: data)
            return response.isSuccess && status?.isReady == true
        }
    }
}
