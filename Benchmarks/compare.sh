#!/usr/bin/env bash
# Compares this client with others on the same socket, one after another in interleaved rounds.
# Usage: bash Benchmarks/compare.sh [--quick] [--only WORK,…] [--contestants NAME,…] [--rounds N]
#                                   [--core N] [--readme] [--report-only] [--list]
#   --quick        a couple of minutes: fewer rounds and requests, for a look and for tests
#   --core N       where client and server run, the first one unless told
#   --readme       writes the table of aims between two marks in README.md too
#   --report-only  makes the tables and plots again from the last run's lines
#   --list         the names of works and contestants
# Installs the other clients: Debian packages by apt-get, PyPI's in Benchmarks/bin/venv.
# Writes results/compare.jsonl, results/compare.md and results/compare-*.svg.
set -euo pipefail
cd "$(dirname "$0")/.."
. Benchmarks/install.sh
install_packages gcc libc6-dev binutils golang-go python3-venv libcurl4-openssl-dev \
    libjansson-dev strace valgrind util-linux >&2
install_venv httpx aiohttp hdrhistogram matplotlib
case " $* " in
*" --list "* | *" --report-only "* | *" --help "*) ;;
*)
    echo "building (the first time takes several minutes)" >&2
    build_server
    build_counters
    build_c blocking
    build_c libuv -luv
    build_c libcurl -lcurl
    build_go go-compare compare
    build_swift engine-client ahc-load
    ;;
esac
ENGINE_CLIENT_VERSION=$(git describe --always --dirty 2>/dev/null || echo "working copy")
export ENGINE_CLIENT_VERSION
PYTHONPATH=Benchmarks exec "$bin/venv/bin/python" -m compare "$@"
