#!/usr/bin/env bash
# Runs the two configurations on one machine: three engines on hosts of their own, which are network
# namespaces here, behind one socket. Kills an engine and takes a host off the network under load;
# fails when a request fails that may be repeated.
# Usage: bash Examples/scale-out/try.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
. Tests/install.sh
! command -v dpkg-query >/dev/null || install_packages haproxy iproute2
if ! bash Examples/scale-out/hosts.sh; then
    echo "no network namespaces can be made here: nothing to show"
    exit 0
fi
echo "building (the first time takes some minutes)"
swift build --product enginectl
enginectl="$PWD/.build/debug/enginectl"
. Examples/scale-out/drive.sh

start_hosts "$enginectl" --latency 2ms --workers 2
for loss in "kill 2:start 2" "unplug 3:plug 3"; do
    "$enginectl" bench --socket "$hosts_work/engine-api.sock" --concurrency 32 --duration 3 \
        --method GET --path /status >"$hosts_work/report" &
    bench=$!
    sleep 0.5
    hosts_do "${loss%:*}"
    echo "-- ${loss%:*}"
    if ! wait "$bench"; then
        cat "$hosts_work/report"
        exit 1
    fi
    head -n 8 "$hosts_work/report"
    hosts_do "${loss#*:}"
    hosts_do "await ${loss##* } UP"
done
echo "no request failed"
