// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "examples",
    dependencies: [.package(name: "swift-engine-client", path: "..")],
    targets: [
        .executableTarget(
            name: "quickstart",
            dependencies: [
                .product(name: "EngineCore", package: "swift-engine-client"),
                .product(name: "EngineModules", package: "swift-engine-client"),
                .product(name: "EngineTesting", package: "swift-engine-client"),
            ])
    ]
)
