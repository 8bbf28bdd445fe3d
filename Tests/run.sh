#!/usr/bin/env bash
# Checks everything: format, build with warnings as errors, tests, races, fuzzers, examples,
# documentation. What takes too long for each change is for the hand: `Tests/sanitize.sh address whole`,
# `Tests/chaos.sh 3600`, `Tests/Fuzzing/run.sh 3600`.
# Usage: bash Tests/run.sh [quick]      quick stops after the tests
set -euo pipefail
cd "$(dirname "$0")/.."
. Tests/install.sh
. Tests/InteropTests/install.sh
# Here a server that is missing is a failure; podman does not start everywhere.
export INTEROP_REQUIRED=1

step() { printf '\n== %s (%ss)\n' "$1" "$SECONDS"; }

step "format"
find Package.swift Sources Tests Benchmarks Examples -name .build -prune -o -name '*.swift' -print0 |
    xargs -0 swift format lint --strict --parallel

step "tests"
swift build --build-tests
swift test --skip-build --disable-xctest

if [ "${1:-}" != quick ]; then
    step "tests with a current libuv"
    bash Tests/current-libuv.sh

    step "tests under the thread sanitizer"
    bash Tests/sanitize.sh thread

    step "release build"
    swift build -c release

    step "public interface"
    bash Tests/api.sh

    step "benchmarks build"
    for product in engine-client worker-pool-client event-throughput; do
        swift build -c release --package-path Benchmarks --scratch-path .build-benchmarks \
            --product "$product"
    done

    step "what a request costs"
    bash Benchmarks/budget.sh

    step "a minute under fire"
    # Beside the benchmarks the library is built already.
    CHAOS_BUILD=.build-benchmarks bash Tests/chaos.sh 60 --seed 1

    step "fuzzers"
    bash Tests/Fuzzing/run.sh 20
    bash Tests/Fuzzing/Differential/run.sh 300000

    step "quick start"
    bash Examples/quickstart.sh

    step "examples"
    bash Examples/run-all.sh
    bash Examples/log-forwarder/try.sh
    bash Examples/daemon/try.sh
    bash Examples/own-loop/try.sh
    bash Examples/prometheus/try.sh
    bash Examples/scale-out/try.sh

    step "documentation"
    bash Tests/documentation.sh
fi

step "done"
