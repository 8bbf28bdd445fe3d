#!/usr/bin/env bash
# Measures what the way over a sidecar and the network costs beside the engine's own socket, and what
# the loss of an engine costs. Prints a table. The client and its sidecar share one processor, the
# engines and what is beside them another one.
# Usage: bash Examples/scale-out/measure.sh
#        ENGINECTL=path/to/enginectl     measures with this one instead of a release build
set -euo pipefail
cd "$(dirname "$0")/../.."
. Tests/install.sh
! command -v dpkg-query >/dev/null || install_packages haproxy iproute2 jq
if [ -z "${ENGINECTL:-}" ]; then
    swift build -c release --product enginectl
    ENGINECTL="$PWD/.build/release/enginectl"
fi
. Examples/scale-out/drive.sh
export CLIENT_CPUS=0 ENGINE_CPUS=1

# Usage: row NAME SOCKET [ARGUMENT...]
row() {
    taskset -c "$CLIENT_CPUS" "$ENGINECTL" bench --json --socket "$hosts_work/$2" "${@:3}" |
        jq -r --arg name "$1" '"| \($name) | \(.latencyMicroseconds.p50) | \(.latencyMicroseconds.p99
            ) | \(.latencyMicroseconds.max) | \(.requestsPerSecond | round) | \(
            [.errors[]] | add // 0) |"'
}

# Usage: rows CONCURRENCY WHAT
rows() {
    local round
    for round in 1 2 3; do
        row "one engine's socket, $1 at a time$2" engine1.sock --concurrency "$1" --duration 3
        row "sidecar, three hosts, $1 at a time$2" engine-api.sock --concurrency "$1" --duration 3
    done
}

echo "| way | p50, µs | p99, µs | slowest, µs | requests/s | failed |"
echo "|---|---|---|---|---|---|"
start_hosts "$ENGINECTL" --fixed --workers 2
rows 1 ""
rows 32 ""
for loss in "kill 2:start 2" "unplug 3:plug 3"; do
    row "${loss%:*}, 32 at a time" engine-api.sock --concurrency 32 --duration 4 &
    bench=$!
    sleep 1
    hosts_do "${loss%:*}"
    wait "$bench"
    hosts_do "${loss#*:}"
    hosts_do "await ${loss##* } UP"
done
end_hosts
start_hosts "$ENGINECTL" --fixed --workers 2 --latency 5ms
rows 32 ", 5 ms each"
