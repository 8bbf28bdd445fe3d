// swift-tools-version: 6.2
import PackageDescription

let library = "swift-engine-client"

let package = Package(
    name: "own-loop",
    dependencies: [.package(name: "swift-engine-client", path: "../..")],
    targets: [
        .systemLibrary(name: "HostLibUV", pkgConfig: "libuv"),
        .target(
            name: "HostClient", dependencies: [.product(name: "EngineCore", package: library)]),
        .executableTarget(name: "c-host", dependencies: ["HostClient", "HostLibUV"]),
        .executableTarget(
            name: "main-loop", dependencies: [.product(name: "EngineCore", package: library)]),
    ]
)
