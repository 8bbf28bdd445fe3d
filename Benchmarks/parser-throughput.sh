#!/usr/bin/env bash
# How many bytes of responses a second the parser takes, beside llhttp and SwiftNIO's decoder.
# Usage: bash Benchmarks/parser-throughput.sh [ROUNDS]      21 by default
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
"$(swift build -c release --package-path Benchmarks --scratch-path .build-benchmarks \
    --show-bin-path)/parser-throughput" \
    Sources/EngineTesting/Fixtures/transcripts.json "$library" "${1:-21}"
