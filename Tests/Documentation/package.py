"""Writes a Swift package with a test for each Swift block of the documents."""

import json
import re
from pathlib import Path

from documents import Block

# EngineJSON has a JSONValue of its own beside EngineCore's: its examples import it themselves.
IMPORTED_BY_EXAMPLES = {"EngineJSON": "swift-engine-client"}
PRODUCTS = {
    "EngineCore": "swift-engine-client", "EngineModules": "swift-engine-client",
    "EngineService": "swift-engine-client", "EngineTesting": "swift-engine-client",
    "Configuration": "swift-configuration", "Logging": "swift-log", "Metrics": "swift-metrics",
    "ServiceLifecycle": "swift-service-lifecycle",
}
MANIFEST = """// swift-tools-version: 6.2
import PackageDescription

let libraries: [Target.Dependency] = [%s]

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
    targets: [
        .target(name: "DocumentSupport", dependencies: libraries),%s
    ]
)
"""
TARGET = """
        .testTarget(
            name: "%s", dependencies: libraries + ["DocumentSupport"], path: "%s",
            swiftSettings: [.treatAllWarnings(as: .error)]),"""
IMPORTS = "".join(f"import {module}\n" for module in [
    "DocumentSupport", *PRODUCTS, "Foundation", "Testing"])
SERVED = """@Test func %s() async throws {
    try await withEngines(%s, %s) { try await %s($0) }
}
"""


def source(block: Block) -> str:
    """The block as it stands where it declares something; otherwise the body of a function."""
    imports = "".join(re.findall(r"^import .*\n", block.code, re.M))
    code = re.sub(r"^import .*\n", "", block.code, flags=re.M)
    # Declarations with imports must need no others.
    if block.is_declaration and imports:
        return imports + code
    if block.is_declaration:
        return IMPORTS + code
    return IMPORTS + function(block, f"{block.text('before')}\n{code}{block.text('after')}")


def function(block: Block, body: str) -> str:
    return f"func example{block.number}(_ engine: Engine) async throws {{\n{body}\n}}\n"


def test(block: Block) -> str:
    text = IMPORTS + block.text("declares") + "\n"
    if block.is_declaration and block.text("after"):
        text += function(block, f"{block.text('before')}\n{block.text('after')}")
    if block.is_run and not block.tests:
        sockets = json.dumps(block.sockets)
        answers = ", ".join(f"{json.dumps(path)}: {json.dumps(reply)}"
                            for path, reply in block.answers.items())
        text += SERVED % (block.function, sockets, f"[{answers or ':'}]", f"example{block.number}")
    return text


def write(folder: Path, documents: list[list[Block]], support: Path):
    targets = ""
    for blocks in documents:
        swift = [block for block in blocks if block.language == "swift"]
        if not swift:
            continue
        target = swift[0].target
        (folder / target).mkdir(parents=True)
        for block in swift:
            (folder / target / f"{block.function}.swift").write_text(source(block))
            (folder / target / f"{block.function}-test.swift").write_text(test(block))
        targets += TARGET % (target, target)
    (folder / "Sources/DocumentSupport").mkdir(parents=True)
    (folder / "Sources/DocumentSupport/Support.swift").write_text(support.read_text())
    libraries = ", ".join(f'.product(name: "{product}", package: "{package}")'
                          for product, package in (PRODUCTS | IMPORTED_BY_EXAMPLES).items())
    (folder / "Package.swift").write_text(MANIFEST % (libraries, targets))
