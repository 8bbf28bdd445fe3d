#!/usr/bin/env bash
# Generates the documentation and fails on any warning; then compiles the examples in the guides as
# they stand there, and runs those that are tests.
# Usage: bash Tests/documentation.sh
set -euo pipefail
cd "$(dirname "$0")/.."
. Tests/install.sh

scratch="$PWD/.build-documentation"
arguments=()
for target in EngineCore EngineModules EngineService EngineTesting EngineRuntime EngineSansIO; do
    arguments+=(--target "$target")
done
ENGINE_DOCUMENTATION=1 swift package --scratch-path "$scratch" \
    generate-documentation "${arguments[@]}" --warnings-as-errors

# A package with a test target for each guide. A block of code that starts with a declaration stands
# in a file as it is; any other one becomes the body of a function that has an engine.
examples="$scratch/guide-examples"
rm -rf "$examples"
mkdir -p "$examples"
targets=""
for guide in Sources/*/*.docc/*.md; do
    name="$(basename "$guide" .md)Guide"
    mkdir -p "$examples/$name"
    awk -v file="$examples/$name/Examples.swift" '
        function flush() {
            if (body == "") return
            if (first ~ /^(import|struct|actor|extension|func|@|#if)/) print body > file
            else print "func example" ++count "(_ engine: Engine) async throws {\n" body "}" > file
            body = ""; first = ""
        }
        BEGIN { print "import EngineCore" > file }
        /^```/ { if (inside) flush(); inside = /^```swift/; next }
        inside { if (first == "") first = $0; body = body $0 "\n" }
    ' "$guide"
    targets+="
        .testTarget(
            name: \"$name\", dependencies: libraries, path: \"$name\",
            swiftSettings: [.treatAllWarnings(as: .error)]),"
done
cat >"$examples/Package.swift" <<MANIFEST
// swift-tools-version: 6.2
import PackageDescription

let products = [
    ("EngineCore", "swift-engine-client"), ("EngineModules", "swift-engine-client"),
    ("EngineService", "swift-engine-client"), ("EngineTesting", "swift-engine-client"),
    ("Configuration", "swift-configuration"), ("Logging", "swift-log"),
    ("Metrics", "swift-metrics"), ("ServiceLifecycle", "swift-service-lifecycle"),
]
let libraries = products.map { Target.Dependency.product(name: \$0, package: \$1) }

let package = Package(
    name: "guide-examples",
    dependencies: [
        .package(name: "swift-engine-client", path: "../.."),
        .package(
            url: "https://github.com/apple/swift-configuration", from: "1.4.0",
            traits: [.defaults, "YAML", "CommandLineArguments", "Reloading"]),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [$targets
    ]
)
MANIFEST
# The folder of Examples/run-all.sh, where the library is built already.
swift build --build-tests --package-path "$examples" --scratch-path "$PWD/.build-examples"
timeout -k 1 100 .build-examples/debug/guide-examplesPackageTests.xctest \
    --testing-library swift-testing
