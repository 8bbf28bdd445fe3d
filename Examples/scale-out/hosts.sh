#!/usr/bin/env bash
# A client's host and three hosts with an engine each, on this machine: network namespaces that end
# with this script, however it ends, and that nothing outside of it sees.
# Usage: bash hosts.sh DIRECTORY ENGINECTL [ARGUMENT...]     arguments for enginectl serve
#        bash hosts.sh      tells by its exit status whether this machine lets anybody make them
#
# The socket for clients is DIRECTORY/engine-api.sock. Prints "ready", then obeys the lines that it
# reads and prints "done" after each, until there are no more:
#   kill N     SIGKILL to the engine of host N        start N   starts it again
#   unplug N   takes host N off the network           plug N    puts it back
#   await N STATE       waits until the sidecar takes engine N for UP or DOWN
# CLIENT_CPUS and ENGINE_CPUS pin the sidecar, and what is beside the engines, to processors.
set -euo pipefail

if [ "${1:-}" != inside ]; then
    # Root is needed inside only.
    rights=()
    [ "$(id -u)" -eq 0 ] || rights=(--map-root-user)
    exec unshare "${rights[@]}" --net --mount --pid --fork --kill-child --mount-proc \
        --propagation private bash "${BASH_SOURCE[0]}" inside "$@"
fi
PATH="$PATH:/usr/sbin:/sbin"

add_host() {
    ip netns add "$1"
    ip link add name "port-$1" type veth peer name eth0 netns "$1"
    ip link set dev "port-$1" master switch up
    ip -n "$1" address add "$2/24" dev eth0
    ip -n "$1" link set dev eth0 up
    ip -n "$1" link set dev lo up
}

# The names of namespaces are files there.
mount -t tmpfs tmpfs /run
ip link add name switch type bridge
ip link set dev switch up
add_host client 10.99.0.10
for number in 1 2 3; do add_host "engine$number" "10.99.0.1$number"; done
[ "$#" -gt 1 ] || exit 0

configurations="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
directory="$2"
enginectl="$3"
arguments=("${@:4}")
export SIDECAR_DIRECTORY="$directory" ENGINE_WORKERS="${ENGINE_WORKERS:-2}"
engines=()

fail() {
    echo "$1" >&2
    cat "$directory"/*.log >&2 || true
    exit 1
}

start_engine() {
    local socket="$directory/engine$1.sock"
    rm -f "$socket"
    ${ENGINE_CPUS:+taskset -c "$ENGINE_CPUS"} ip netns exec "engine$1" "$enginectl" serve --socket "$socket" \
        --log "$directory/executed$1" "${arguments[@]}" \
        </dev/null >>"$directory/engine$1.log" 2>&1 &
    engines[$1]=$!
    await "engine $1 does not start" test -S "$socket"
}

kill_engine() {
    kill -KILL "${engines[$1]}"
    wait "${engines[$1]}" 2>/dev/null || true
}

# Usage: start_proxy HOST CONFIGURATION [CPUS]
start_proxy() {
    ${3:+taskset -c "$3"} ip netns exec "$1" haproxy -db -f "$configurations/$2" \
        </dev/null >"$directory/$1.log" 2>&1 &
}

# Runs a command until it succeeds.
await() {
    for _ in $(seq 200); do
        if "${@:2}" 2>/dev/null; then return; fi
        sleep 0.05
    done
    fail "$1"
}

accepts() { ip netns exec client bash -c ": >/dev/tcp/$1"; }

# A server on its way up or down has more behind the word.
has_state() {
    "$enginectl" send --method GET --socket "$directory/statistics.sock" '/;csv' |
        grep -q "^engines,engine$1,.*,$2,"
}

for number in 1 2 3; do
    start_engine "$number"
    ENGINE_ADDRESS="10.99.0.1$number" ENGINE_SOCKET="$directory/engine$number.sock" \
        start_proxy "engine$number" engine-host.cfg "${ENGINE_CPUS:-}"
    await "the proxy of engine $number does not start" accepts "10.99.0.1$number/9400"
done
start_proxy client sidecar.cfg "${CLIENT_CPUS:-}"
await "the sidecar does not start" test -S "$directory/engine-api.sock"

echo ready
while read -r action number state; do
    case "$action" in
    kill) kill_engine "$number" ;;
    start) start_engine "$number" ;;
    unplug) ip link set dev "port-engine$number" down ;;
    plug) ip link set dev "port-engine$number" up ;;
    await) await "engine $number does not become $state" has_state "$number" "$state" ;;
    *) fail "unknown: $action" ;;
    esac
    echo "done"
done
