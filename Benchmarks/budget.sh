#!/usr/bin/env bash
# Counts what our client's requests cost: instructions, allocations and system calls. Fails when one
# is more than 5 % over Benchmarks/thresholds.json, and says when one is as far below.
# Usage: bash Benchmarks/budget.sh [--renew] [--repetitions N]
#   --renew   writes what is counted as the new thresholds
set -euo pipefail
cd "$(dirname "$0")/.."
. Benchmarks/install.sh
install_packages gcc libc6-dev binutils strace valgrind util-linux >&2
install_venv hdrhistogram numpy
build_server
build_counters
build_swift engine-client
PYTHONPATH=Benchmarks exec "$bin/venv/bin/python" -m compare.budget "$@"
