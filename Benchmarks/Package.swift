// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "benchmarks",
    dependencies: [.package(name: "swift-engine-client", path: "..")],
    targets: [
        .executableTarget(
            name: "loop-latency",
            dependencies: [.product(name: "EngineCore", package: "swift-engine-client")])
    ]
)
