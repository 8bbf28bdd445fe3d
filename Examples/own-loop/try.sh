#!/usr/bin/env bash
# Runs both programs beside an embedded engine, and ends them with SIGTERM once they have an answer.
# Usage: bash Examples/own-loop/try.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
. Tests/install.sh
swift build --product enginectl
swift build --package-path Examples/own-loop --scratch-path .build-examples
folder="$(mktemp -d)"
.build/debug/enginectl serve --socket "$folder/engine.sock" >"$folder/engine" &
engine=$!
trap 'kill "$engine"; rm -rf "$folder"' EXIT
for _ in $(seq 100); do [ -s "$folder/engine" ] && break; sleep 0.1; done

try() {
    .build-examples/debug/"$1" "$folder/engine.sock" >"$folder/$1" &
    local program=$!
    for _ in $(seq 100); do [ -s "$folder/$1" ] && break; sleep 0.1; done
    kill -TERM "$program"
    wait "$program"
    grep -q '"ready"' "$folder/$1"
    tail -n 1 "$folder/$1" | grep "$2"
}
try c-host 'uv_loop_close: 0'
try main-loop ' turns, '
