#!/usr/bin/env bash
# Runs tests under a sanitizer: those that use sockets and threads, or with `whole` all of them.
# The address sanitizer also finds leaks. Left out is what a sanitizer's own memory would decide.
# Usage: bash Tests/sanitize.sh thread|address [whole]
set -euo pipefail
cd "$(dirname "$0")/.."
. Tests/install.sh
sanitizer=${1:?thread or address}
export TSAN_OPTIONS="halt_on_error=1:suppressions=$PWD/Tests/thread-sanitizer-suppressions.txt"
export ASAN_OPTIONS="detect_leaks=1"
left_out='tenThousandClients|aHundredThousandCallersWait|EnginectlTests\.LimitTests'
# ThreadSanitizer ends a child of fork() that starts threads.
if [ "$sanitizer" = thread ]; then left_out+='|ForkTests'; fi
choice=()
if [ "${2:-}" = whole ]; then
    . Tests/InteropTests/install.sh
else
    left_out+='|InteropTests'
    choice=(--filter 'EngineRuntimeTests|EngineCoreTests|Response|Request|EventSink(Fault)?Tests')
fi
swift test --disable-xctest --scratch-path ".build-$sanitizer" --sanitize "$sanitizer" \
    "${choice[@]}" --skip "$left_out"
