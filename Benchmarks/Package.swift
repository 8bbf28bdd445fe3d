// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "benchmarks",
    dependencies: [
        .package(name: "swift-engine-client", path: ".."),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    ],
    targets: [
        .target(name: "CMeasurement"),
        .target(
            name: "LoadClient",
            dependencies: [
                "CMeasurement",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .executableTarget(
            name: "engine-client",
            dependencies: [
                "LoadClient",
                .product(name: "EngineCore", package: "swift-engine-client"),
                .product(name: "EngineModules", package: "swift-engine-client"),
            ]),
        .executableTarget(
            name: "event-throughput",
            dependencies: [
                .product(name: "EngineCore", package: "swift-engine-client"),
                .product(name: "EngineModules", package: "swift-engine-client"),
            ]),
        .executableTarget(
            name: "ahc-load",
            dependencies: [
                "LoadClient",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "EngineModules", package: "swift-engine-client"),
                .product(name: "NIOCore", package: "swift-nio"),
            ]),
        .target(name: "ClosedLoop"),
        .executableTarget(
            name: "worker-pool-client",
            dependencies: [
                "ClosedLoop", .product(name: "EngineCore", package: "swift-engine-client"),
            ]),
        .executableTarget(
            name: "ahc-client",
            dependencies: [
                "ClosedLoop", .product(name: "AsyncHTTPClient", package: "async-http-client"),
            ]),
        // The parser has `package` access, which ends at a package: it is compiled here, by a link.
        .target(
            name: "WireParser",
            dependencies: [.product(name: "DequeModule", package: "swift-collections")]),
        .executableTarget(
            name: "parser-throughput",
            dependencies: [
                "WireParser",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ]),
    ]
)
