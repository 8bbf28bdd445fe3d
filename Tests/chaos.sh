#!/usr/bin/env bash
# Proves the client under fire: clients work while their engines are killed, stopped, replaced,
# starved and made to answer wrong, and each promise is checked against what the engines ran.
# Usage: bash Tests/chaos.sh [SECONDS] [--seed N] [--output FILE]     60 seconds, a new seed
# `bash Tests/chaos.sh --help` names the other options. CHAOS_BUILD=FOLDER builds there instead of
# in .build-chaos; CHAOS_SANITIZER=address builds with that sanitizer, and
# looks for leaks. (ThreadSanitizer takes what a continuation hands over for races.)
set -euo pipefail
here=$PWD
cd "$(dirname "$0")/.."
. Tests/install.sh

sanitizer=${CHAOS_SANITIZER:-}
build=${CHAOS_BUILD:-.build-chaos${sanitizer:+-$sanitizer}}
[ -z "$sanitizer" ] || set -- "$@" --sanitized
swift build -c release --package-path Tests/Chaos --scratch-path "$build" --product chaos \
    ${sanitizer:+--sanitize "$sanitizer"} >&2
program=$(realpath "$build/release/chaos")

# Paths on the command line are the caller's.
cd "$here"
"$program" run "$@" &
supervisor=$!

# Engines that are stopped at the moment do not hear that nobody is left.
kill_all() {
    kill -STOP "$supervisor"
    kill -KILL $(cat /proc/"$supervisor"/task/*/children) "$supervisor"
    exit 130
}
trap kill_all INT TERM
wait "$supervisor"
