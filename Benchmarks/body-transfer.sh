#!/usr/bin/env bash
# How fast large bodies move, and in how much memory: ours beside plain read and write calls in C.
# Usage: bash Benchmarks/body-transfer.sh [BYTES] [ROUNDS]     (4 GiB, 3 rounds)
# Prints a table, and fails when our memory grew by 2 MiB or more.
set -euo pipefail
cd "$(dirname "$0")/.."
. Tests/install.sh >&2

bytes=${1:-4294967296}
rounds=${2:-3}
bin=Benchmarks/bin
work=$(mktemp -d)
socket=$work/peer.sock
server=
clean_up() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    rm -rf "$work"
}
trap clean_up EXIT

mkdir -p "$bin"
gcc -O2 -o "$bin/body_peer" Benchmarks/Peers/body_peer.c -lpthread
build=(swift build -c release --package-path Benchmarks --scratch-path .build-benchmarks)
"${build[@]}" --product body-transfer >&2
ours=$("${build[@]}" --show-bin-path)/body-transfer
truncate -s "$bytes" "$work/file"

coproc SERVER { exec "$bin/body_peer" serve "$socket"; }
server=$SERVER_PID
read -r _ <&"${SERVER[0]}"
for _ in $(seq "$rounds"); do
    # Interleaved, so that whatever else the machine does meets all alike.
    for kind in download upload; do
        echo "C $kind $("$bin/body_peer" "$kind" "$socket" "$bytes")"
        echo "ours $kind $("$ours" "$socket" "$kind" "$bytes")"
    done
    echo "ours chunked $("$ours" "$socket" chunked "$bytes")"
    echo "ours file $("$ours" "$socket" file "$bytes" "$work/file")"
done | python3 Benchmarks/report_body_transfer.py "$bytes"
