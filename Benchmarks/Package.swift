// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "benchmarks",
    dependencies: [
        .package(name: "swift-engine-client", path: ".."),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    ],
    targets: [
        .executableTarget(
            name: "loop-latency",
            dependencies: [.product(name: "EngineCore", package: "swift-engine-client")]),
        .executableTarget(
            name: "body-transfer",
            dependencies: [.product(name: "EngineCore", package: "swift-engine-client")]),
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
    ]
)
