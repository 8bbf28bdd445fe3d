// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "swift-engine-client",
    products: [
        .library(name: "EngineSansIO", targets: ["EngineSansIO"]),
        .library(name: "EngineRuntime", targets: ["EngineRuntime"]),
        .library(name: "EngineJSON", targets: ["EngineJSON"]),
        .library(name: "EngineCore", targets: ["EngineCore"]),
        .library(name: "EngineModules", targets: ["EngineModules"]),
        .library(name: "EngineService", targets: ["EngineService"]),
        .library(name: "EngineTesting", targets: ["EngineTesting"]),
        .executable(name: "enginectl", targets: ["enginectl"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(
            url: "https://github.com/apple/swift-configuration", from: "1.4.0",
            traits: [.defaults, "YAML", "CommandLineArguments", "Reloading"]),
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .systemLibrary(
            name: "CLibUV", pkgConfig: "libuv", providers: [.apt(["libuv1-dev"]), .brew(["libuv"])]),
        .systemLibrary(
            name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
        .target(
            name: "EngineSansIO",
            dependencies: [.product(name: "DequeModule", package: "swift-collections")]),
        .target(name: "CProcess"),
        .target(name: "EngineJSON"),
        .target(
            name: "EngineRuntime",
            dependencies: [
                "CLibUV", "CProcess", .product(name: "DequeModule", package: "swift-collections"),
            ]),
        .target(
            name: "EngineCore",
            dependencies: [
                "CZlib", "EngineJSON", "EngineSansIO", "EngineRuntime",
                .product(name: "Histogram", package: "hdrhistogram-swift"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
            ]),
        .target(
            name: "EngineService",
            dependencies: [
                "EngineCore", "EngineModules",
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]),
        .target(
            name: "EngineModules",
            dependencies: [
                "EngineCore", "EngineJSON", "EngineSansIO", "EngineRuntime",
                .product(name: "DequeModule", package: "swift-collections"),
            ]),
        .target(
            name: "EngineTesting",
            dependencies: [
                "EngineCore", "EngineJSON", "EngineModules", "EngineSansIO", "EngineRuntime",
            ],
            resources: [.embedInCode("Fixtures/transcripts.json")]),
        .executableTarget(
            name: "enginectl",
            dependencies: [
                "EngineCore", "EngineModules", "EngineTesting",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Histogram", package: "hdrhistogram-swift"),
            ]),
        .target(
            name: "TestSupport", dependencies: ["CLibUV", "CZlib", "EngineCore", "EngineRuntime"],
            path: "Tests/TestSupport"),
        .testTarget(name: "EngineSansIOTests", dependencies: ["EngineSansIO", "EngineTesting"]),
        .testTarget(
            name: "EngineTestingTests",
            dependencies: ["EngineCore", "EngineModules", "EngineTesting", "TestSupport"]),
        .target(
            name: "DaemonClient", dependencies: ["EngineCore", "EngineRuntime"],
            path: "Tests/ForkHost/DaemonClient"),
        .executableTarget(
            name: "fork-host", dependencies: ["DaemonClient"], path: "Tests/ForkHost/fork-host"),
        .testTarget(
            name: "EngineRuntimeTests",
            dependencies: ["EngineRuntime", "EngineTesting", "TestSupport", "fork-host"]),
        .testTarget(name: "EngineJSONTests", dependencies: ["EngineJSON"]),
        .testTarget(
            name: "EngineCoreTests",
            dependencies: [
                "EngineCore", "EngineModules", "EngineTesting", "TestSupport",
                .product(name: "InMemoryLogging", package: "swift-log"),
                .product(name: "InMemoryTracing", package: "swift-distributed-tracing"),
                .product(name: "MetricsTestKit", package: "swift-metrics"),
            ]),
        .testTarget(
            name: "EngineModulesTests",
            dependencies: ["EngineCore", "EngineModules", "EngineTesting", "TestSupport"]),
        .testTarget(
            name: "EngineServiceTests",
            dependencies: [
                "EngineCore", "EngineModules", "EngineService", "EngineTesting", "TestSupport",
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "InMemoryLogging", package: "swift-log"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "ServiceLifecycleTestKit", package: "swift-service-lifecycle"),
            ]),
        .testTarget(
            name: "EnginectlTests",
            dependencies: [
                "enginectl", "EngineCore", "EngineModules", "EngineTesting", "TestSupport",
            ],
            exclude: ["Support/jumping_clock.c"]),
        .testTarget(
            name: "InteropTests", dependencies: ["enginectl", "EngineCore", "TestSupport"],
            exclude: ["Servers", "install.sh"]),
    ]
)

// For Tests/documentation.sh alone: who uses the library never sees this dependency.
if Context.environment["ENGINE_DOCUMENTATION"] == "1" {
    package.dependencies.append(
        .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"))
}

// For Tests/Fuzzing alone: `fuzzers` are libFuzzer's, `differential` compares with llhttp.
let fuzzing = Context.environment["ENGINE_FUZZING"]
if fuzzing == "fuzzers" {
    let sources = "Tests/Fuzzing/Sources"
    package.targets += [
        .systemLibrary(name: "CLibFuzzer", path: "\(sources)/CLibFuzzer"),
        .target(
            name: "FuzzSupport", dependencies: ["CLibFuzzer", "EngineSansIO", "EngineTesting"],
            path: "\(sources)/FuzzSupport"),
    ]
    package.targets += [
        "response-parser", "request-parser", "request-encoder", "chunked-body", "event-batch",
        "connection", "json", "json-foundation",
    ].map {
        .executableTarget(
            name: $0,
            dependencies: ["EngineJSON", "EngineModules", "EngineSansIO", "FuzzSupport"],
            path: "\(sources)/\($0)",
            linkerSettings: [.unsafeFlags(["-sanitize=fuzzer", "-use-ld=lld"])])
    }
} else if fuzzing == "differential" {
    package.dependencies.append(
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"))
    package.targets.append(
        .executableTarget(
            name: "differential",
            dependencies: [
                "EngineSansIO",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            path: "Tests/Fuzzing/Differential/Sources/differential"))
}

for target in package.targets where target.type != .system {
    target.swiftSettings = [
        // SE-0335
        .enableUpcomingFeature("ExistentialAny"),
        // SE-0409
        .enableUpcomingFeature("InternalImportsByDefault"),
        // SE-0444
        .enableUpcomingFeature("MemberImportVisibility"),
        // SE-0461
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
        // SE-0470
        .enableUpcomingFeature("InferIsolatedConformances"),
        // SE-0481
        .enableUpcomingFeature("ImmutableWeakCaptures"),
        // SE-0458
        .strictMemorySafety(),
        // SE-0443
        .treatAllWarnings(as: .error),
    ]
}

// Only the code under test reports its coverage to libFuzzer. Traces of comparisons, which are on by
// default, take half of the time and find nothing beyond the dictionary.
for target in package.targets
where fuzzing == "fuzzers"
    && ["EngineCore", "EngineJSON", "EngineModules", "EngineSansIO"].contains(target.name)
{
    target.swiftSettings?.append(
        .unsafeFlags([
            "-enable-testing", "-sanitize=fuzzer",
            "-sanitize-coverage=edge,inline-8bit-counters,pc-table",
        ]))
}
