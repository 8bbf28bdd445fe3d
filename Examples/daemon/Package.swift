// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "daemon",
    dependencies: [
        .package(name: "swift-engine-client", path: "../.."),
        .package(
            url: "https://github.com/apple/swift-configuration", from: "1.4.0",
            traits: [.defaults, "YAML", "CommandLineArguments", "Reloading"]),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .executableTarget(
            name: "daemon",
            dependencies: [
                .product(name: "EngineCore", package: "swift-engine-client"),
                .product(name: "EngineModules", package: "swift-engine-client"),
                .product(name: "EngineService", package: "swift-engine-client"),
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ])
    ]
)
