#!/usr/bin/env bash
# Events a second through a sink: client and receiver on one core, and the client alone on one.
# Usage: bash Benchmarks/event-throughput.sh [EVENTS] [BYTES] [ROUNDS]     (2000000, 200, 3)
# Fails when the receiver has not counted every event.
set -euo pipefail
cd "$(dirname "$0")/.."
. Tests/install.sh >&2

events=${1:-2000000}
bytes=${2:-200}
rounds=${3:-3}
bin=Benchmarks/bin
work=$(mktemp -d)
server=
clean_up() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    rm -rf "$work"
}
trap clean_up EXIT

mkdir -p "$bin"
gcc -O2 -Wall -o "$bin/event_receiver" Benchmarks/Peers/event_receiver.c
build=(swift build -c release --package-path Benchmarks --scratch-path .build-benchmarks)
"${build[@]}" --product event-throughput >&2
ours=$("${build[@]}" --show-bin-path)/event-throughput

last=$(($(nproc) - 1))
run() { # NAME CLIENT_CORE SERVER_CORE SOURCES
    mkfifo "$work/pipe"
    taskset -c "$3" "$bin/event_receiver" "$work/socket" >"$work/pipe" &
    server=$!
    exec 3<"$work/pipe"
    read -r _ <&3
    result=$(taskset -c "$2" "$ours" "$work/socket" "$events" "$bytes" "$4")
    kill -TERM "$server"
    read -r counted <&3
    exec 3<&-
    wait "$server" || true
    server=
    rm -f "$work/pipe"
    if [ "$counted" != "$events" ]; then
        echo "the receiver counted $counted of $events events" >&2
        exit 1
    fi
    echo "$1: ${result% *} events/s in ${result#* } batches"
}
for _ in $(seq "$rounds"); do
    run "client and receiver on one core, 1 source" 0 0 1
    run "client alone on one core, 1 source" 0 "$last" 1
    run "client alone on one core, 100 sources" 0 "$last" 100
done
