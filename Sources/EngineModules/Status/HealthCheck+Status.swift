public import EngineCore

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
            let status = try? JSONCoding().decode(EngineStatus.self, from: response.body)
            return response.isSuccess && status?.isReady == true
        }
    }
}
