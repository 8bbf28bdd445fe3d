#!/usr/bin/env bash
# How many bytes of responses a second the parser takes, beside llhttp and SwiftNIO's decoder.
# Usage: bash Benchmarks/parser-throughput.sh [ROUNDS]      21 by default
# The figures go to Benchmarks/results too, and those of one small response where valgrind is.
# llhttp's source is fetched with the Python package that carries it, and built in Benchmarks/bin.
set -euo pipefail
cd "$(dirname "$0")/.."
. Tests/install.sh >&2
bin=Benchmarks/bin
library=$bin/libllhttp_feed.so
if [ ! -e "$bin/llhttp/include/llhttp.h" ]; then
    mkdir -p "$bin/llhttp"
    python3 -m pip download --quiet --no-deps --no-binary :all: \
        --dest "$bin/llhttp" httptools==0.9.0 >&2
    tar -xzf "$bin"/llhttp/httptools-*.tar.gz -C "$bin/llhttp" --strip-components=3 \
        --wildcards '*/vendor/llhttp/*'
fi
cc -O3 -shared -fPIC -I "$bin/llhttp/include" -o "$library" Benchmarks/Peers/llhttp_feed.c \
    "$bin"/llhttp/src/{api,http,llhttp}.c
swift build -c release --package-path Benchmarks --scratch-path .build-benchmarks \
    --product parser-throughput >&2
program=$(swift build -c release --package-path Benchmarks --scratch-path .build-benchmarks \
    --show-bin-path)/parser-throughput

# One figure of a long run less that of a short one: what starting costs is in both.
# Usage: per_response SED-SCRIPT VALGRIND-OPTION...
per_response() {
    local script=$1 short long
    shift
    short=$(valgrind "$@" "$bin/stripped" small 1000 2>&1 | sed -n "$script" | tr -d ,)
    long=$(valgrind "$@" "$bin/stripped" small 11000 2>&1 | sed -n "$script" | tr -d ,)
    if [ -z "$short" ] || [ -z "$long" ]; then
        echo "valgrind gave no figure" >&2
        return 1
    fi
    awk -v short="$short" -v long="$long" 'BEGIN { printf "%.2f", (long - short) / 10000 }'
}

{
    "$program" Sources/EngineTesting/Fixtures/transcripts.json "$library" "${1:-21}"
    if command -v valgrind >/dev/null; then
        # Valgrind gives up on the debugging information.
        strip -o "$bin/stripped" "$program"
        instructions=$(
            per_response 's/.*Collected : //p' --tool=callgrind --callgrind-out-file=/dev/null)
        allocations=$(per_response 's/.*total heap usage: \([0-9,]*\) allocs.*/\1/p')
        printf '\nA response with a head of 203 bytes and a body of 100: %s.\n' \
            "$instructions instructions, $allocations allocations"
    fi
} | tee Benchmarks/results/parser-throughput.md
