#!/usr/bin/env bash
# How clients fare against a server that serves each connection with one of its few workers.
# Usage: bash Benchmarks/worker-pool.sh
#   WORKER_POOL_QUICK=1         ours only, two workers, scenarios fast and restarts
#   WORKER_POOL_PEERS=fast      where peers run beside ours: none, fast or all; all takes hours
#   WORKER_POOL_SCENARIOS="…"   some of: fast slow shared restarts restarts-unsafe
#   WORKER_POOL_WORKERS="…"     some numbers of workers instead of: 2 4 16
#   WORKER_POOL_BUILD=FOLDER    build there instead of in .build and .build-benchmarks
# Writes results/worker-pool.jsonl and results/worker-pool.md, and fails when ours did badly.
set -euo pipefail
cd "$(dirname "$0")/.."
. Benchmarks/install.sh

quick=${WORKER_POOL_QUICK:-}
scenarios=${WORKER_POOL_SCENARIOS:-${quick:+fast restarts}}
scenarios=${scenarios:-fast slow shared restarts restarts-unsafe}
workers_list=${WORKER_POOL_WORKERS:-${quick:+2}}
workers_list=${workers_list:-2 4 16}
peers=${WORKER_POOL_PEERS:-${quick:+none}}
peers=${peers:-fast}
levels="1 2 8 32 256 1000"
[ -z "$quick" ] || levels="1 32 256"
requests=960

engine_build=${WORKER_POOL_BUILD:+$WORKER_POOL_BUILD/root}
engine_build=${engine_build:-.build}
client_build=${WORKER_POOL_BUILD:+$WORKER_POOL_BUILD/benchmarks}
client_build=${client_build:-.build-benchmarks}
results=Benchmarks/results/worker-pool.jsonl
work=$(mktemp -d)
socket=$work/engine.sock
server=
background=

say() { printf '[%4ss] %s\n' "$SECONDS" "$*" >&2; }

stop() {
    local process=$1
    [ -n "$process" ] || return 0
    kill -TERM "$process" 2>/dev/null || true
    # A stopped benchmark must not leave a server behind, nor wait for one that hangs.
    for _ in $(seq 100); do
        kill -0 "$process" 2>/dev/null || break
        sleep 0.05
    done
    kill -KILL "$process" 2>/dev/null || true
    wait "$process" 2>/dev/null || true
}

clean_up() {
    stop "$background"
    stop "$server"
    rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

# MARK: Building

build() {
    say "building the server and our client"
    swift build -c release --scratch-path "$engine_build" --product enginectl >&2
    swift build -c release --package-path Benchmarks --scratch-path "$client_build" \
        --product worker-pool-client >&2
    enginectl=$(swift build -c release --scratch-path "$engine_build" --show-bin-path)/enginectl
    clients=$(swift build -c release --package-path Benchmarks --scratch-path "$client_build" \
        --show-bin-path)
    [ "$peers" != none ] || return 0
    say "building the peers"
    swift build -c release --package-path Benchmarks --scratch-path "$client_build" \
        --product ahc-client >&2
    mkdir -p "$bin"
    build_go go-client workerpool
    install_venv httpx
}

serve_has() { "$enginectl" serve --help | grep -q -e "--$1\b"; }

# MARK: Servers

# start_server WORKERS [OPTION…]
start_server() {
    local workers=$1
    shift
    rm -f "$socket"
    # Emptied here already: the last server's line must not pass for this one's.
    : >"$work/server.out"
    "$enginectl" serve --socket "$socket" --workers "$workers" $fixed "$@" \
        >>"$work/server.out" 2>"$work/server.err" &
    server=$!
    for _ in $(seq 200); do
        grep -q '^listening on' "$work/server.out" && return
        kill -0 "$server" 2>/dev/null || break
        sleep 0.02
    done
    say "the server did not start: $(cat "$work/server.err")"
    exit 1
}

stop_server() {
    stop "$server"
    server=
}

# MARK: Clients

record() { python3 Benchmarks/report_worker_pool.py add "$results" "$@"; }

# client_command CLIENT WORKERS: sets `command`, which takes SOCKET CONCURRENCY REQUESTS, and `last`
client_command() {
    last=()
    case $1 in
    ours) command=("$clients/worker-pool-client") ;;
    reference)
        command=("$clients/worker-pool-client")
        last=("$2")
        ;;
    go) command=("$bin/go-client") ;;
    httpx) command=("$bin/venv/bin/python" Benchmarks/Peers/httpx_client.py) ;;
    ahc) command=("$clients/ahc-client") ;;
    esac
}

# run_client SCENARIO WORKERS CONCURRENCY CLIENT REQUESTS
run_client() {
    local scenario=$1 workers=$2 concurrency=$3 client=$4 count=$5 status=0
    client_command "$client" "$workers"
    timeout 120 "${command[@]}" "$socket" "$concurrency" "$count" "${last[@]}" \
        >"$work/client.out" 2>"$work/client.err" || status=$?
    record "$scenario" "$workers" "$client" "$concurrency" "$count" "$status" \
        <"$work/client.out" >&2
    head -n 3 "$work/client.err" >&2
}

start_background() {
    "$clients/worker-pool-client" "$socket" 32 1000000000 \
        >"$work/background.out" 2>"$work/background.err" &
    background=$!
    # It is at work before the measured client comes.
    sleep 0.5
}

# stop_background WORKERS CONCURRENCY CLIENT: CLIENT is the one it competed with
stop_background() {
    local status=0
    kill -TERM "$background" 2>/dev/null || true
    wait "$background" || status=$?
    background=
    record shared "$1" "background of $3" "$2" 1 "$status" <"$work/background.out" >&2
    head -n 3 "$work/background.err" >&2
}

# MARK: Scenarios

# measure SCENARIO WORKERS CONCURRENCY CLIENT: one run against a server of its own
measure() {
    local scenario=$1 workers=$2 concurrency=$3 client=$4
    local options=()
    [ "$scenario" != slow ] || options=(--latency 200ms --latency-every 20)
    start_server "$workers" "${options[@]}"
    [ "$scenario" != shared ] || start_background
    local count=$requests
    # Two loads on two cores: where the scheduler puts them decides over a tenth of a second.
    [ "$scenario" != shared ] || count=$((requests * 10))
    run_client "$scenario" "$workers" "$concurrency" "$client" "$count"
    [ "$scenario" != shared ] || stop_background "$workers" "$concurrency" "$client"
    stop_server
}

compare() {
    local scenario=$1 workers concurrency client rounds=9
    # The slow handlers leave little to chance; without them a run is over in milliseconds.
    [ -z "$quick" ] && [ "$scenario" != slow ] || rounds=3
    for workers in $workers_list; do
        for concurrency in $levels; do
            say "$scenario, $workers workers, $concurrency in parallel"
            # Interleaved, so that whatever else the machine does meets both alike.
            for _ in $(seq "$rounds"); do
                measure "$scenario" "$workers" "$concurrency" ours
                measure "$scenario" "$workers" "$concurrency" reference
            done
            [ "$peers" = all ] || [ "$peers" = "$scenario" ] || continue
            for client in go httpx ahc; do
                measure "$scenario" "$workers" "$concurrency" "$client"
            done
        done
    done
}

# The server dies three times in the middle of a run; no request may notice, or, where it may not be
# repeated, run twice. The server takes a millisecond for each answer, since the run would else be
# over before the third time.
restarts() {
    local scenario=$1 workers status count=30000 concurrency=32 killed client
    local outcomes=$work/outcomes log=$work/log
    local server_options=(--latency 1ms) client_options=() files=()
    if [ "$scenario" = restarts-unsafe ]; then
        server_options+=(--log "$log")
        client_options=(--unsafe "$outcomes")
        files=("$outcomes" "$log")
    fi
    for workers in $workers_list; do
        say "$scenario, $workers workers"
        rm -f "$outcomes" "$log"
        start_server "$workers" "${server_options[@]}"
        timeout --kill-after=10 120 "$clients/worker-pool-client" "$socket" "$concurrency" \
            "$count" "${client_options[@]}" >"$work/client.out" 2>"$work/client.err" &
        client=$!
        killed=0
        for _ in 1 2 3; do
            sleep 0.4
            kill -0 "$client" 2>/dev/null || break
            kill -KILL "$server"
            wait "$server" 2>/dev/null || true
            start_server "$workers" "${server_options[@]}"
            killed=$((killed + 1))
        done
        status=0
        wait "$client" || status=$?
        record "$scenario" "$workers" ours "$concurrency" "$count" "$status" "$killed" \
            "${files[@]}" <"$work/client.out" >&2
        head -n 3 "$work/client.err" >&2
        stop_server
    done
}

build
fixed=
if serve_has fixed; then fixed=--fixed; else say "this enginectl has no --fixed"; fi
mkdir -p "$(dirname "$results")"
: >"$results"
for scenario in $scenarios; do
    case $scenario in
    restarts | restarts-unsafe) restarts "$scenario" ;;
    slow)
        if serve_has latency-every; then
            compare slow
        else
            say "slow is left out: this enginectl has no --latency-every"
        fi
        ;;
    fast | shared) compare "$scenario" ;;
    *)
        say "no scenario is called $scenario"
        exit 64
        ;;
    esac
done
python3 Benchmarks/report_worker_pool.py report "$results" Benchmarks/results/worker-pool.md
