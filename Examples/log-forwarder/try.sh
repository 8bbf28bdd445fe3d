#!/usr/bin/env bash
# Writes numbered lines while logrotate rotates them, and the engine and the forwarder are stopped or
# killed. Fails when a line is missing, or comes twice though the forwarder was not killed.
set -euo pipefail
cd "$(dirname "$0")/../.."
. Tests/install.sh
install_packages logrotate
PATH="$PATH:/usr/sbin"
echo "building (the first time takes some minutes)"
for product in log-forwarder event-receiver; do
    swift build --package-path Examples/log-forwarder --scratch-path .build-examples --product "$product"
done
binaries=.build-examples/debug
work=$(mktemp -d)
log="$work/app.log"
forwarder=
engine=
clean_up() {
    exec 2>/dev/null
    for process in "$forwarder" "$engine"; do
        [ -z "$process" ] || kill -KILL "$process" 2>/dev/null || true
    done
    rm -rf "$work"
}
trap clean_up EXIT
fail() {
    echo "$1" >&2
    tail -n 5 "$work/messages" >&2
    exit 1
}

start_engine() {
    rm -f "$work/socket"
    "$binaries/event-receiver" "$work/socket" "$work/events" &
    engine=$!
}
kill_engine() { kill -KILL "$engine"; wait "$engine" 2>/dev/null || true; engine=; }
start_forwarder() {
    "$binaries/log-forwarder" "$work/socket" "$log" "$work/state" 001 2>>"$work/messages" &
    forwarder=$!
}
stop_forwarder() {
    kill -TERM "$forwarder"
    wait "$forwarder" || fail "the forwarder failed"
    forwarder=
}
kill_forwarder() { kill -KILL "$forwarder"; wait "$forwarder" 2>/dev/null || true; forwarder=; }

last=0
write() {
    seq "$((last + 1))" "$((last + $1))" | sed 's/^/line /' >>"$log"
    last=$((last + $1))
}
rotate() {
    printf '%s {\n  rotate 20\n  nocompress\n%s\n}\n' "$log" "$(printf '  %s\n' "$@")" >"$work/logrotate.conf"
    chmod 644 "$work/logrotate.conf"
    chmod 700 "$work"
    logrotate --force --state "$work/logrotate.state" "$work/logrotate.conf"
}
arrived() { wc -l <"$work/events" 2>/dev/null || echo 0; }
# Waits until every line is there, each of them once, or at least once.
check() {
    for _ in $(seq 300); do
        [ "$(arrived)" -lt "$last" ] || break
        sleep 0.1
    done
    seq "$last" | sed "s|^|1:$log:line |" | sort >"$work/expected"
    sort "$work/events" >"$work/sorted"
    sort -u "$work/events" | cmp -s - "$work/expected" ||
        fail "$(sort -u "$work/events" | comm -13 - "$work/expected" | wc -l) of $last lines are missing: $1"
    if [ "${2:-}" = repeats ]; then
        echo "$1: $last lines, $(($(arrived) - last)) of them twice"
        return
    fi
    cmp -s "$work/sorted" "$work/expected" || fail "lines came twice: $1"
    echo "$1: $last lines, each once"
}

start_engine
start_forwarder
write 1000
printf 'line ' >>"$log"
sleep 0.3
last=$((last + 1))
printf '%s\n' "$last" >>"$log"
check "a new file, and a line in two parts"
for _ in 1 2 3; do write 1000; rotate create; done
check "three rotations at work"
kill_engine
for _ in 1 2 3 4; do write 20000; rotate create; done
write 1000
start_engine
check "four rotations while the engine was away"
stop_forwarder
for _ in 1 2; do write 1000; rotate create; done
write 1000
start_forwarder
check "two rotations while the forwarder was stopped"
for day in 1 2; do write 1000; rotate create dateext "dateformat -%Y%m%d-%s$day"; done
write 1000
check "rotations that put the date into the name"
write 1000
rotate copytruncate
write 1000
kill_engine
for _ in 1 2; do write 5000; rotate copytruncate; done
write 1000
start_engine
check "copytruncate, at work and while the engine was away"
write 200000
sleep 0.2
kill_forwarder
for _ in 1 2; do write 1000; rotate create; done
start_forwarder
sleep 0.1
kill_forwarder
write 1000
start_forwarder
# The receiver appends a batch before it answers, so the events in its file are whole lines.
check "SIGKILL to the forwarder" repeats
[ ! -s "$work/messages" ] || ! grep -v ' delivered, ' "$work/messages" ||
    fail "the forwarder reported lost lines"
stop_forwarder
write 1000
rotate create
write 1000
rotate create compress
start_forwarder
for _ in $(seq 100); do
    grep -q 'compressed before it was read' "$work/messages" && break
    sleep 0.1
done
grep 'compressed before it was read' "$work/messages" || fail "the compressed file was not reported"
stop_forwarder
