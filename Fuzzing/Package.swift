// swift-tools-version: 6.2
import PackageDescription

let fuzzers = [
    "response-parser", "request-parser", "request-encoder", "chunked-body", "event-batch",
    "connection",
]

// `package` access ends at a package: the code under test is compiled here, through links.
let package = Package(
    name: "fuzzing",
    dependencies: [
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0")
    ],
    targets: [
        .systemLibrary(name: "CLibFuzzer"),
        .target(
            name: "EngineSansIO",
            dependencies: [.product(name: "DequeModule", package: "swift-collections")]),
        .target(name: "FuzzSupport", dependencies: ["CLibFuzzer", "EngineSansIO"]),
    ]
        + fuzzers.map {
            .executableTarget(name: $0, dependencies: ["EngineSansIO", "FuzzSupport"])
        }
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

// What is driven tells libFuzzer where it went; what drives and judges it would be noise. Traces
// of comparisons, which are the default, take half of the time and find what the dictionary has.
let coverage = "-sanitize-coverage=edge,inline-8bit-counters,pc-table"
for target in package.targets where target.name == "EngineSansIO" {
    target.swiftSettings?.append(.unsafeFlags(["-sanitize=fuzzer", coverage]))
}
for target in package.targets where target.type == .executable {
    target.linkerSettings = [.unsafeFlags(["-sanitize=fuzzer", "-use-ld=lld"])]
}
