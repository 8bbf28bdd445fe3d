#!/usr/bin/env bash
# A client's host and three hosts with an engine each, on this machine: network namespaces that end
# with this script, however it ends, and that nothing outside of it sees.
# Usage: bash hosts.sh DIRECTORY ENGINECTL [ARGUMENT...]     arguments for enginectl serve
#
# The socket for clients is DIRECTORY/engine-api.sock. Prints "ready", then obeys the lines that it
# reads and prints "done" after each, until there are no more:
#   kill N     SIGKILL to the engine of host N        start N   starts it again
#   unplug N   takes host N off the network           plug N    puts it back
set -euo pipefail

if [ "${1:-}" != inside ]; then
    # Root is needed inside only.
    rights=()
    [ "$(id -u)" -eq 0 ] || rights=(--map-root-user)
    exec unshare "${rights[@]}" --net --mount --pid --fork --kill-child --mount-proc \
        --propagation private bash "${BASH_SOURCE[0]}" inside "$@"
fi
configurations="$(cd "$(dirname "$0")" && pwd)"
directory="$2"
enginectl="$3"
arguments=("${@:4}")
export SIDECAR_DIRECTORY="$directory" ENGINE_WORKERS="${ENGINE_WORKERS:-2}"
PATH="$PATH:/usr/sbin:/sbin"
engines=()

fail() {
    echo "$1" >&2
    cat "$directory"/*.log >&2 || true
    exit 1
}

add_host() {
    ip netns add "$1"
    ip link add name "port-$1" type veth peer name eth0 netns "$1"
    ip link set dev "port-$1" master switch up
    ip -n "$1" address add "$2/24" dev eth0
    ip -n "$1" link set dev eth0 up
    ip -n "$1" link set dev lo up
}

start_engine() {
    local socket="$directory/engine$1.sock"
    rm -f "$socket"
    ip netns exec "engine$1" "$enginectl" serve --socket "$socket" \
        --log "$directory/executed$1" "${arguments[@]}" \
        </dev/null >>"$directory/engine$1.log" 2>&1 &
    engines[$1]=$!
    await_socket "$socket" "engine $1 does not start"
}

kill_engine() {
    kill -KILL "${engines[$1]}"
    wait "${engines[$1]}" 2>/dev/null || true
}

start_proxy() {
    ip netns exec "$1" haproxy -db -f "$configurations/$2" </dev/null >"$directory/$1.log" 2>&1 &
}

await_socket() {
    for _ in $(seq 200); do
        [ -S "$1" ] && return
        sleep 0.05
    done
    fail "$2"
}

# The names of namespaces are files there.
mount -t tmpfs tmpfs /run
ip link add name switch type bridge
ip link set dev switch up
add_host client 10.99.0.10
for number in 1 2 3; do
    add_host "engine$number" "10.99.0.1$number"
    start_engine "$number"
    ENGINE_ADDRESS="10.99.0.1$number" ENGINE_SOCKET="$directory/engine$number.sock" \
        start_proxy "engine$number" engine-host.cfg
done
start_proxy client sidecar.cfg
await_socket "$directory/engine-api.sock" "the sidecar does not start"

echo ready
while read -r action number; do
    case "$action" in
    kill) kill_engine "$number" ;;
    start) start_engine "$number" ;;
    unplug) ip link set dev "port-engine$number" down ;;
    plug) ip link set dev "port-engine$number" up ;;
    *) fail "unknown: $action" ;;
    esac
    echo "done"
done
