// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "log-forwarder",
    dependencies: [.package(name: "swift-engine-client", path: "../..")],
    targets: [
        .executableTarget(
            name: "log-forwarder",
            dependencies: [
                .product(name: "EngineCore", package: "swift-engine-client"),
                .product(name: "EngineModules", package: "swift-engine-client"),
            ])
    ]
)
