// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "chaos",
    dependencies: [
        .package(name: "swift-engine-client", path: "../.."),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
    ],
    targets: [
        .systemLibrary(name: "CLinux"),
        .executableTarget(
            name: "chaos",
            dependencies: [
                "CLinux",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "EngineCore", package: "swift-engine-client"),
                .product(name: "EngineModules", package: "swift-engine-client"),
                .product(name: "EngineSansIO", package: "swift-engine-client"),
                .product(name: "EngineTesting", package: "swift-engine-client"),
                .product(name: "Histogram", package: "hdrhistogram-swift"),
            ]),
    ]
)

for target in package.targets where target.type != .system {
    target.swiftSettings = [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
        .enableUpcomingFeature("InferIsolatedConformances"),
        .enableUpcomingFeature("ImmutableWeakCaptures"),
        .strictMemorySafety(),
        .treatAllWarnings(as: .error),
    ]
}
