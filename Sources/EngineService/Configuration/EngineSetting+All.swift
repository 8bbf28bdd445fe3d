internal import EngineCore

extension EngineSetting {
    /// Every setting, in the order of the documentation.
    package static let all: [EngineSetting] =
        [
            socketPaths,
            .word("balancing", .nextRequests, \.balancing),
            .count("retries", "tries", atLeast: 0, .atOnce, \.retries),
            .limit("timeout", .nextRequests, \.timeout),
            .limit("stallTimeout", .atOnce, \.stallTimeout),
            .limit("totalTimeout", .nextRequests, \.totalTimeout),
            .optionalDuration("phaseTimeouts.waiting", .atOnce, \.phaseTimeouts.waiting),
            .optionalDuration("phaseTimeouts.connecting", .atOnce, \.phaseTimeouts.connecting),
            .optionalDuration("phaseTimeouts.writing", .atOnce, \.phaseTimeouts.writing),
            .optionalDuration("phaseTimeouts.firstByte", .atOnce, \.phaseTimeouts.firstByte),
            .optionalDuration("phaseTimeouts.betweenBytes", .atOnce, \.phaseTimeouts.betweenBytes),
            .duration("backoff.base", .atOnce, \.backoff.base),
            .duration("backoff.maximum", .atOnce, \.backoff.maximum),
            .limit("shutdownTimeout", .shutdown, allowsZero: true, \.shutdownTimeout),
            .duration("logRepeatInterval", .atOnce, \.logRepeatInterval),
            .count(
                "maximumConnections", "connections", atLeast: 1, .atOnce, \.maximumConnections),
            .count("maximumQueueLength", "requests", atLeast: 0, .atOnce, \.maximumQueueLength),
            .limit("idleTimeout", .atOnce, \.idleTimeout),
            .limit("maximumConnectionAge", .atOnce, \.maximumConnectionAge),
            .count("limits.headSize", "bytes", atLeast: 1, .nextConnections, \.limits.headSize),
            .count(
                "limits.fieldCount", "fields", atLeast: 1, .nextConnections, \.limits.fieldCount),
            .count("limits.bodySize", "bytes", atLeast: 0, .nextConnections, \.limits.bodySize),
            .count(
                "limits.interimResponseCount", "responses", atLeast: 0, .nextConnections,
                \.limits.interimResponseCount),
            .optionalCount(
                "requestLimits.targetSize", "bytes", atLeast: 1, .nextRequests,
                \.requestLimits.targetSize),
            .optionalCount(
                "requestLimits.fieldSize", "bytes", atLeast: 1, .nextRequests,
                \.requestLimits.fieldSize),
            .optionalCount(
                "requestLimits.fieldCount", "fields", atLeast: 0, .nextRequests,
                \.requestLimits.fieldCount),
            .flag("acceptsCompression", .nextRequests, \.acceptsCompression),
        ] + health + trust

    private static let socketPaths = EngineSetting(
        key: "socketPaths", unit: "paths", rule: "a list of paths",
        defaultText: EngineConfiguration.defaultSocketPath, effect: .atOnce
    ) { reader, configuration throws(EngineError) in
        let paths = try reader.list("socketPaths", rule: "a list of paths")
        if let paths { configuration.socketPaths = paths }
    }
}
