#!/usr/bin/env bash
# Draws the metrics of a run with an outage, as Prometheus sees them: scrapes the file that the
# example keeps up to date twice a second.
# Usage: bash Examples/prometheus/picture.sh [FILE.svg]
set -euo pipefail
cd "$(dirname "$0")/../.."
. Benchmarks/install.sh
install_venv matplotlib prometheus-client
picture="${1:-Sources/EngineCore/EngineCore.docc/Resources/metrics.svg}"
scratch="${SCRATCH:-.build-examples}"
swift build -c release --package-path Examples/prometheus --scratch-path "$scratch" \
    --product prometheus-demo
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
"$scratch/release/prometheus-demo" "$folder/engine.prom" 30 &
"$bin/venv/bin/python" Examples/prometheus/picture.py "$folder/engine.prom" "$!" "$picture"
wait "$!"
