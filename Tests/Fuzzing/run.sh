#!/usr/bin/env bash
# Fuzzes the wire: parsers, encoders, JSON, and a client without sockets.
# Usage: bash Tests/Fuzzing/run.sh [SECONDS]      for each target; 60 by default, two at a time
# What was found once is in Regressions, and is tried first. Fails when a target crashes, hangs or
# grows without bound, and says how to see that again.
set -euo pipefail
cd "$(dirname "$0")/../.."
if ! command -v swift >/dev/null; then
    echo "swift is missing: install Swift 6.2 or later from https://www.swift.org/install" >&2
    exit 1
fi
seconds=${1:-60}
case $seconds in '' | *[!0-9]* | 0) echo "usage: bash Tests/Fuzzing/run.sh [SECONDS]" >&2; exit 64 ;; esac

scratch=.build-fuzzing
targets=(response-parser request-parser request-encoder chunked-body event-batch connection
    json json-foundation)
export ENGINE_FUZZING=fuzzers
for target in "${targets[@]}"; do
    swift build -c release --scratch-path "$scratch" --product "$target"
done
bin=$(swift build -c release --scratch-path "$scratch" --show-bin-path)
options=(-max_len=256 -timeout=10 -rss_limit_mb=1024 -verbosity=1)
# Swift's own crash handler would keep libFuzzer's from saving the input.
export SWIFT_BACKTRACE=enable=no

# One target; its log says how it went.
run() {
    local target=$1 work=$scratch/fuzz/$1 dictionary=http
    case $target in json*) dictionary=json ;; esac
    mkdir -p "$work/corpus" "$work/finds"
    local regressions=()
    mapfile -t regressions < <(find "Tests/Fuzzing/Regressions/$target" -type f ! -name '.*' 2>/dev/null)
    if [ "${#regressions[@]}" -gt 0 ]; then
        "$bin/$target" "${options[@]}" -artifact_prefix="$work/finds/" "${regressions[@]}" \
            >"$work/log" 2>&1 || return 1
    fi
    "$bin/$target" "${options[@]}" -dict="Tests/Fuzzing/$dictionary.dict" -artifact_prefix="$work/finds/" \
        -max_total_time="$seconds" -print_final_stats=1 "$work/corpus" "Tests/Fuzzing/Corpus/$target" \
        >"$work/log" 2>&1
}

failed=()
finish() {
    local target=$1 process=$2 log=$scratch/fuzz/$1/log status=0
    wait "$process" 2>/dev/null || status=$?
    local runs speed coverage
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    speed=$(sed -n 's/^stat::average_exec_per_sec: *//p' "$log")
    coverage=$(sed -n 's/^#[0-9]*.* cov: \([0-9]*\).*/\1/p' "$log" | tail -n 1)
    printf '%-16s %11s executions %8s per second %6s edges\n' \
        "$target" "${runs:-?}" "${speed:-?}" "${coverage:-?}"
    # A run that tells no figures did not run.
    if [ "$status" -ne 0 ] || [ -z "$runs" ]; then failed+=("$target"); fi
}

for ((index = 0; index < ${#targets[@]}; index += 2)); do
    pair=("${targets[@]:index:2}")
    processes=()
    for target in "${pair[@]}"; do
        run "$target" &
        processes+=($!)
    done
    for position in "${!pair[@]}"; do finish "${pair[position]}" "${processes[position]}"; done
done

for target in "${failed[@]}"; do
    log=$scratch/fuzz/$target/log
    echo
    echo "$target failed:"
    grep -E 'broken promise|Fatal error|^==|ERROR|SUMMARY|Test unit written' "$log" |
        head -n 8 | cut -c 1-400
    grep -q 'Test unit written' "$log" || tail -n 8 "$log"
    find=$(sed -n 's/.*Test unit written to //p' "$log" | tail -n 1)
    if [ -n "$find" ]; then
        echo "again:  $bin/$target $find"
        echo "keep:   mkdir -p Tests/Fuzzing/Regressions/$target && cp $find Tests/Fuzzing/Regressions/$target/"
    fi
done
[ "${#failed[@]}" -eq 0 ]
