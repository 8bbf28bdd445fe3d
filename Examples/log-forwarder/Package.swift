// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "log-forwarder",
    dependencies: [.package(name: "swift-engine-client", path: "../..")],
    targets: [
        .target(name: "LogFollowing"),
        .executableTarget(
            name: "log-forwarder",
            dependencies: [
                "LogFollowing",
                .product(name: "EngineCore", package: "swift-engine-client"),
                .product(name: "EngineModules", package: "swift-engine-client"),
            ]),
        .executableTarget(
            name: "event-receiver",
            dependencies: [.product(name: "EngineTesting", package: "swift-engine-client")]),
        .testTarget(name: "LogFollowingTests", dependencies: ["LogFollowing"]),
    ]
)
