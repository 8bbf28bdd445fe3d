// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "containers",
    dependencies: [.package(name: "swift-engine-client", path: "../..")],
    targets: [
        .executableTarget(
            name: "containers",
            dependencies: [.product(name: "EngineCore", package: "swift-engine-client")]),
        .testTarget(
            name: "ContainersTests",
            dependencies: [
                "containers",
                .product(name: "EngineTesting", package: "swift-engine-client"),
            ]),
    ]
)
