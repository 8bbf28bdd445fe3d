import Configuration
import EngineCore
import EngineService
import Foundation

/// Values that no setting has by default, as they are written in the environment.
let samples: [String: String] = [
    "socketPaths": "/run/a.sock,/run/b.sock",
    "balancing": "failover",
    "retries": "2",
    "timeout": "7s",
    "stallTimeout": "8s",
    "totalTimeout": "9min",
    "phaseTimeouts.waiting": "11ms",
    "phaseTimeouts.connecting": "12ms",
    "phaseTimeouts.writing": "13ms",
    "phaseTimeouts.firstByte": "14ms",
    "phaseTimeouts.betweenBytes": "15ms",
    "backoff.base": "16us",
    "backoff.maximum": "17min",
    "shutdownTimeout": "18h",
    "logRepeatInterval": "35s",
    "maximumConnections": "19",
    "maximumQueueLength": "20",
    "idleTimeout": "21ns",
    "maximumConnectionAge": "22s",
    "limits.headSize": "23",
    "limits.fieldCount": "24",
    "limits.bodySize": "25",
    "limits.interimResponseCount": "36",
    "requestLimits.targetSize": "37",
    "requestLimits.fieldSize": "none",
    "requestLimits.fieldCount": "38",
    "acceptsCompression": "true",
    "rejectsWhenUnhealthy": "true",
    "health.failureThreshold": "26",
    "health.openInterval": "27s",
    "health.maximumOpenInterval": "28s",
    "health.trialSuccesses": "29",
    "health.slowStart": "30s",
    "healthCheck.path": "/status",
    "healthCheck.interval": "31s",
    "healthCheck.timeout": "32s",
    "healthCheck.expects": "ready",
    "expectedPeer.user": "engine",
    "expectedPeer.groupID": "33",
    "socketFile.ownerID": "34",
    "socketFile.allowedPermissions": "0640",
]

/// What the samples say.
func sampleConfiguration() -> EngineConfiguration {
    var configuration = EngineConfiguration(
        socketPaths: ["/run/a.sock", "/run/b.sock"], retries: 2, timeout: .seconds(7))
    configuration.balancing = .failover
    configuration.stallTimeout = .seconds(8)
    configuration.totalTimeout = .seconds(9 * 60)
    configuration.phaseTimeouts.waiting = .milliseconds(11)
    configuration.phaseTimeouts.connecting = .milliseconds(12)
    configuration.phaseTimeouts.writing = .milliseconds(13)
    configuration.phaseTimeouts.firstByte = .milliseconds(14)
    configuration.phaseTimeouts.betweenBytes = .milliseconds(15)
    configuration.backoff = Backoff(base: .microseconds(16), maximum: .seconds(17 * 60))
    configuration.shutdownTimeout = .seconds(18 * 3_600)
    configuration.logRepeatInterval = .seconds(35)
    configuration.maximumConnections = 19
    configuration.maximumQueueLength = 20
    configuration.idleTimeout = .nanoseconds(21)
    configuration.maximumConnectionAge = .seconds(22)
    configuration.limits.headSize = 23
    configuration.limits.fieldCount = 24
    configuration.limits.bodySize = 25
    configuration.limits.interimResponseCount = 36
    configuration.requestLimits.targetSize = 37
    configuration.requestLimits.fieldSize = nil
    configuration.requestLimits.fieldCount = 38
    configuration.acceptsCompression = true
    configuration.rejectsWhenUnhealthy = true
    configuration.health.failureThreshold = 26
    configuration.health.openInterval = .seconds(27)
    configuration.health.maximumOpenInterval = .seconds(28)
    configuration.health.trialSuccesses = 29
    configuration.health.slowStart = .seconds(30)
    configuration.healthCheck = HealthCheck(
        EngineRequest(.get, "/status"), interval: .seconds(31), timeout: .seconds(32))
    configuration.expectedPeer = ExpectedPeer(user: .named("engine"), groupID: 33)
    configuration.socketFile = SocketFileRequirement(ownerID: 34, allowedPermissions: 0o640)
    return configuration
}

extension EngineConfiguration {
    /// All of it in words, but for what is code.
    var description: String {
        var text = ""
        dump(self, to: &text)
        return text
    }
}

/// The name of a setting in the environment.
func environmentName(_ key: String) -> String {
    let words = key.map { $0 == "." ? "_" : "\($0)" }.joined()
        .replacing(/([a-z])([A-Z])/) { "\($0.1)_\($0.2)" }
    return "ENGINE_" + words.uppercased()
}

func environment(_ settings: [String: String]) -> ConfigReader {
    let variables = settings.map { (environmentName($0.key), $0.value) }
    return ConfigReader(
        provider: EnvironmentVariablesProvider(
            environmentVariables: Dictionary(uniqueKeysWithValues: variables))
    ).scoped(to: "engine")
}
