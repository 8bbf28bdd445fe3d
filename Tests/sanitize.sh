#!/usr/bin/env bash
# Runs the tests that use sockets and threads under a sanitizer.
# Left out is what a sanitizer's own memory or slowness would decide.
# Usage: bash Tests/sanitize.sh thread|address
set -euo pipefail
cd "$(dirname "$0")/.."
. Tests/install.sh
sanitizer=${1:?thread or address}
export TSAN_OPTIONS="halt_on_error=1:suppressions=$PWD/Tests/thread-sanitizer-suppressions.txt"
export ASAN_OPTIONS="detect_leaks=1"
swift test --disable-xctest --scratch-path ".build-$sanitizer" --sanitize "$sanitizer" \
    --filter 'EngineRuntimeTests|EngineCoreTests|Response|Request|EventSink(Fault)?Tests' \
    --skip 'InteropTests|tenThousandClients|aHundredThousandCallersWait'
