// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "custom-module",
    products: [.library(name: "Watchlist", targets: ["Watchlist"])],
    dependencies: [.package(name: "swift-engine-client", path: "../..")],
    targets: [
        .target(
            name: "Watchlist",
            dependencies: [.product(name: "EngineCore", package: "swift-engine-client")]),
        .testTarget(
            name: "WatchlistTests",
            dependencies: [
                "Watchlist",
                .product(name: "EngineCore", package: "swift-engine-client"),
                .product(name: "EngineTesting", package: "swift-engine-client"),
            ]),
    ]
)
