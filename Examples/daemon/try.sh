#!/usr/bin/env bash
# Shows the daemon beside two embedded engines: it moves from one to the other under load, stays
# where it is when its file is broken, and ends on SIGTERM. Fails when a request is lost.
set -euo pipefail
cd "$(dirname "$0")/../.."
. Tests/install.sh
echo "building (the first time takes some minutes)"
swift build --product enginectl
# The folder of Examples/run-all.sh, where the library is built already.
swift build --package-path Examples/daemon --scratch-path .build-examples --product daemon
enginectl=.build/debug/enginectl
work=$(mktemp -d)
processes=()
clean_up() {
    for process in "${processes[@]}"; do kill "$process" 2>/dev/null || true; done
    rm -rf "$work"
}
trap clean_up EXIT

start_engine() {
    "$enginectl" serve --socket "$work/$1" --workers 2 --latency 20ms --log "$work/$1.log" >/dev/null &
    processes+=($!)
}
# Written beside the old file, and renamed.
configure() {
    printf '%s\n' "$1" >"$work/daemon.yaml.new"
    mv "$work/daemon.yaml.new" "$work/daemon.yaml"
}
reload() { kill -HUP "$daemon"; }
wait_for() {
    for _ in $(seq 300); do
        if eval "$2"; then
            echo "$1"
            return
        fi
        sleep 0.1
    done
    cat "$work/log" >&2
    echo "not seen: $1" >&2
    exit 1
}
requests() { cat "$work/$1.log" 2>/dev/null | wc -l; }

start_engine one
start_engine two
wait_for "two engines" '[ -S "$work/one" ] && [ -S "$work/two" ]'
configure "engine: {socketPaths: [$work/one], retries: 0}"
.build-examples/debug/daemon --config-file-path "$work/daemon.yaml" >"$work/counts" 2>"$work/log" &
daemon=$!
processes+=("$daemon")
wait_for "requests to the first engine" '[ "$(requests one)" -gt 50 ]'

configure "engine: {socketPaths: [$work/two], retries: -1}"
reload
wait_for "a configuration that is not valid was refused" 'grep -q "retries must be" "$work/log"'
[ "$(requests two)" -eq 0 ] || { echo "part of it was taken" >&2; exit 1; }

configure "engine: {socketPaths: [$work/two], retries: 0}"
reload
wait_for "requests to the second engine" '[ "$(requests two)" -gt 50 ]'

kill -TERM "$daemon"
wait "$daemon" || { cat "$work/log" "$work/counts" >&2; exit 1; }
cat "$work/counts"
ran=$(($(requests one) + $(requests two)))
grep -q "^$ran answered, 0 failed\$" "$work/counts" || { echo "$ran requests ran" >&2; exit 1; }
echo "every request was answered"
