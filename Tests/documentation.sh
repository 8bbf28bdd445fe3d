#!/usr/bin/env bash
# Generates the documentation and fails on any warning; then compiles and runs the examples in README,
# guides and the examples' pages, and compares what they print with what the documents say.
# Usage: bash Tests/documentation.sh
set -euo pipefail
cd "$(dirname "$0")/.."
. Tests/install.sh

scratch="$PWD/.build-documentation"
arguments=()
for target in EngineCore EngineModules EngineService EngineTesting EngineRuntime EngineSansIO EngineJSON; do
    arguments+=(--target "$target")
done
ENGINE_DOCUMENTATION=1 swift package --scratch-path "$scratch" \
    generate-documentation "${arguments[@]}" --warnings-as-errors

command -v python3 >/dev/null || install_packages python3
python3 -W ignore -m unittest discover -s Tests/Documentation
# A package with a test for each example in the documents. Tests/Documentation/documents.py says how
# an example tells how it is run, and what it prints.
examples="$scratch/guide-examples"
python3 Tests/Documentation package "$examples"
# The folder of Examples/run-all.sh, where the library is built already.
built="$PWD/.build-examples"
swift build --build-tests --package-path "$examples" --scratch-path "$built"
swift build --product enginectl
# After Examples/run-all.sh they are there.
for program in containersPackageTests.xctest:containers log-forwarderPackageTests.xctest:log-forwarder \
    c-host:own-loop; do
    [ -x "$built/debug/${program%:*}" ] ||
        swift build --build-tests --package-path "Examples/${program#*:}" --scratch-path "$built"
done
if ! bash Tests/Documentation/inside.sh true; then
    echo "no mount namespace can be made here: the examples were compiled, and are not run"
    exit 0
fi
bash Tests/Documentation/inside.sh python3 Tests/Documentation run \
    "$built/debug/guide-examplesPackageTests.xctest" .build/debug/enginectl
