#!/usr/bin/env bash
# Runs the example for some seconds and has Prometheus' own checker read what it wrote.
# Usage: bash Examples/prometheus/try.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
. Tests/install.sh
install_packages prometheus
scratch="${SCRATCH:-.build-examples}"
swift build --package-path Examples/prometheus --scratch-path "$scratch" --product prometheus-demo
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
timeout -k 1 60 "$scratch/debug/prometheus-demo" "$folder/engine.prom" 6
promtool check metrics <"$folder/engine.prom"
# Both engines answered, requests that the outage lost went to the other, and the breaker opened.
for metric in http_client_request_duration_seconds_count engine_client_retries_total \
    engine_client_breaker_openings_total; do
    awk -v metric="$metric" '
        index($1, metric) == 1 { sum += $NF }
        END { if (sum < 1) { print metric " is 0" > "/dev/stderr"; exit 1 } }
    ' "$folder/engine.prom"
done
echo "promtool takes the metrics"
