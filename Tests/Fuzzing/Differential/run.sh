#!/usr/bin/env bash
# Gives the same messages to this package's parsers and to SwiftNIO's, which are llhttp.
# Usage: bash Tests/Fuzzing/Differential/run.sh [COUNT] [SEED]      1000000 and 1 by default
# Fails when they disagree in a way that DISAGREEMENTS.md does not account for.
set -euo pipefail
cd "$(dirname "$0")/../../.."
page=Tests/Fuzzing/Differential/DISAGREEMENTS.md
scratch=.build-differential
export ENGINE_FUZZING=differential
swift build -c release --scratch-path "$scratch" --product differential
bin=$(swift build -c release --scratch-path "$scratch" --show-bin-path)

# The page and the program have to list the same.
diff <("$bin/differential" --classes | sort) \
    <(sed -n 's/^| `\([^`]*\)` .*/\1/p' "$page" | sort) || {
    echo "the classes of the program (<) and of DISAGREEMENTS.md (>) differ" >&2
    exit 1
}
"$bin/differential" --count "${1:-1000000}" --seed "${2:-1}"
