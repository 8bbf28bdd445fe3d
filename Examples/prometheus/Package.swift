// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "prometheus",
    products: [.library(name: "PrometheusText", targets: ["PrometheusText"])],
    dependencies: [
        .package(name: "swift-engine-client", path: "../.."),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
    ],
    targets: [
        .target(
            name: "PrometheusText",
            dependencies: [.product(name: "Metrics", package: "swift-metrics")]),
        .executableTarget(
            name: "prometheus-demo",
            dependencies: [
                "PrometheusText",
                .product(name: "EngineCore", package: "swift-engine-client"),
                .product(name: "EngineTesting", package: "swift-engine-client"),
            ]),
        .testTarget(
            name: "PrometheusTextTests",
            dependencies: [
                "PrometheusText",
                .product(name: "EngineCore", package: "swift-engine-client"),
                .product(name: "EngineTesting", package: "swift-engine-client"),
                .product(name: "Metrics", package: "swift-metrics"),
            ]),
    ]
)
