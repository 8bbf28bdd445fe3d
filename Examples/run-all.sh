#!/usr/bin/env bash
# Builds every example and runs its tests, those beside a real podman too where one starts.
# Usage: bash Examples/run-all.sh
set -euo pipefail
cd "$(dirname "$0")/.."
. Tests/install.sh

# One folder for all, so that the library is built once.
scratch="$PWD/.build-examples"
state="$(mktemp -d)"
podman_process=""

finish() {
    if [ -n "$podman_process" ]; then
        kill "$podman_process" 2>/dev/null || true
        wait "$podman_process" 2>/dev/null || true
    fi
    rm -rf "$state"
}
trap finish EXIT

# A service of its own, which shares no storage, state or settings with anybody's.
start_podman() {
    command -v podman >/dev/null || return 1
    cat >"$state/containers.conf" <<'CONF'
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
lock_type = "file"
CONF
    CONTAINERS_CONF="$state/containers.conf" TMPDIR="$state" podman \
        --root "$state/storage" --runroot "$state/run" --tmpdir "$state/state" \
        --storage-driver vfs system service --time=0 "unix://$state/podman.sock" \
        >"$state/podman.log" 2>&1 &
    podman_process=$!
    for _ in $(seq 100); do
        [ -S "$state/podman.sock" ] && return 0
        kill -0 "$podman_process" 2>/dev/null || return 1
        sleep 0.1
    done
    return 1
}

if start_podman; then
    export CONTAINERS_SOCKET="$state/podman.sock"
else
    echo "no podman starts here: its tests are skipped"
    tail -n 3 "$state/podman.log" 2>/dev/null || true
fi

for manifest in Examples/*/Package.swift; do
    example="$(dirname "$manifest")"
    echo "-- $example"
    swift build --build-tests --package-path "$example" --scratch-path "$scratch"
    # An example's package has the name of its folder.
    if [ -d "$example/Tests" ]; then
        timeout -k 1 100 "$scratch/debug/$(basename "$example")PackageTests.xctest" \
            --testing-library swift-testing
    fi
done

if [ -n "${CONTAINERS_SOCKET:-}" ]; then
    echo "-- containers"
    timeout -k 1 60 "$scratch/debug/containers" "$CONTAINERS_SOCKET"
fi

echo "-- quickstart"
swift build --package-path Examples --scratch-path "$scratch" --product quickstart
timeout -k 1 100 "$scratch/debug/quickstart"
