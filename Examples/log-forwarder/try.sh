#!/usr/bin/env bash
# Shows the forwarder against an embedded engine: rotation, truncation, a partial line, a restart
# of the engine and one of the forwarder. Fails when a line does not arrive.
set -euo pipefail
cd "$(dirname "$0")/../.."
. Tests/install.sh
echo "building (the first time takes some minutes)"
swift build --product enginectl
swift build --package-path Examples/log-forwarder --scratch-path .build-examples
enginectl=.build/debug/enginectl
forwarder=.build-examples/debug/log-forwarder
work=$(mktemp -d)
engine=
daemon=
clean_up() {
    [ -z "$daemon" ] || kill "$daemon" 2>/dev/null || true
    [ -z "$engine" ] || kill "$engine" 2>/dev/null || true
    rm -rf "$work"
}
trap clean_up EXIT

start_engine() {
    "$enginectl" serve --socket "$work/socket" --log "$work/requests" >/dev/null &
    engine=$!
}
stop_engine() { kill "$engine"; wait "$engine" || true; engine=; }
start_forwarder() {
    "$forwarder" "$work/socket" "$work/app.log" "$work/state" 001 2>>"$work/counts" &
    daemon=$!
}
stop_forwarder() {
    kill -TERM "$daemon"
    wait "$daemon" || { cat "$work/counts" >&2; exit 1; }
    daemon=
}
# The saved offset is where the engine has all that comes before.
forwarded() {
    for _ in $(seq 300); do
        if grep -q "\"offset\":$1[,}]" "$work/state" 2>/dev/null; then
            echo "$2"
            return
        fi
        sleep 0.1
    done
    echo "not forwarded: $2" >&2
    exit 1
}

start_engine
start_forwarder
printf 'one\ntwo\n' >"$work/app.log"
forwarded 8 "lines of a new file"
printf 'thr' >>"$work/app.log"
printf 'ee\n' >>"$work/app.log"
forwarded 14 "a line that came in two parts"
mv "$work/app.log" "$work/app.log.1"
printf 'four\n' >"$work/app.log"
forwarded 5 "a file after its rotation"
: >"$work/app.log"
sleep 0.5
printf 'six\n' >>"$work/app.log"
forwarded 4 "a file after its truncation"
stop_engine
printf 'seven\n' >>"$work/app.log"
sleep 1
start_engine
forwarded 10 "a line written while the engine was away"
stop_forwarder
printf 'eight\n' >>"$work/app.log"
start_forwarder
forwarded 16 "a line written while the forwarder was away"
stop_forwarder
cat "$work/counts"
delivered=$(awk '{ sum += $1 } END { print sum }' "$work/counts")
[ "$delivered" = 7 ] || { echo "$delivered events delivered instead of 7" >&2; exit 1; }
echo "every line was forwarded once"
