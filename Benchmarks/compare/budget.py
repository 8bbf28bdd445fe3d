"""budget.sh's second half: what our client's requests cost, counted, beside what they may."""

import argparse
import json
import sys

from . import contestants, counting
from .contestants import ROOT
from .running import Failed, Server

THRESHOLDS = ROOT / "Benchmarks/thresholds.json"
TOLERANCE = 0.05
# So much may always be between: what threads happen to do is no whole number a request.
SLACK = {"instructions": 0, "allocations": 0.05, "syscalls": 0.05}
MIB = 2**20
# name: contestant, work, requests, and those before them
PATHS = {
    "raw on the loop": ("ours", ["--work", "raw"], 500, 200),
    "raw from a task": ("ours-task", ["--work", "raw"], 500, 200),
    "64 callers on the loop": ("ours", ["--work", "raw", "--callers", "64"], 1000, 200),
    "status reply decoded": ("ours", ["--work", "json"], 150, 50),
    "response of 1 MiB": ("ours", ["--work", "download", "--size", str(MIB)], 20, 10),
}


def measure(repetitions: int) -> dict[str, dict[str, float]]:
    """Counts everything, and tells how far it is."""
    found: dict[str, dict[str, float]] = {}
    with Server(0) as server:
        for path, (name, work, requests, warmup) in PATHS.items():
            found[path] = {}
            for counter in counting.COUNTERS:
                value = counting.per_request(
                    counter,
                    contestants.ALL[name],
                    [*work, "--warmup", str(warmup)],
                    requests,
                    server,
                    0,
                    repetitions,
                )
                # Below zero is noise about nothing.
                found[path][counter] = max(0.0, round(value, 2))
                print(f"{path}: {found[path][counter]:,} {counter} a request", flush=True)
    return found


def compare(found: dict[str, dict[str, float]], allowed: dict[str, dict[str, float]]) -> int:
    """1 when something costs too much."""
    status = 0
    for path, counts in found.items():
        for counter, value in counts.items():
            limit = allowed.get(path, {}).get(counter)
            if limit is None:
                print(f"no threshold for {counter} of {path}: --renew writes it")
                status = 1
                continue
            slack = max(limit * TOLERANCE, SLACK[counter])
            if value > limit + slack:
                print(f"TOO MANY {counter}, {path}: {value:,} a request, {limit:,} are allowed")
                status = 1
            elif value < limit - slack:
                print(f"fewer {counter}, {path}: {value:,} a request, not {limit:,}: renew them")
    return status


def main() -> int:
    """Counts, and compares or renews."""
    parser = argparse.ArgumentParser(prog="budget.sh")
    parser.add_argument("--renew", action="store_true", help="write what is counted as thresholds")
    parser.add_argument("--repetitions", type=int, default=2)
    options = parser.parse_args()
    try:
        found = measure(options.repetitions)
    except Failed as failure:
        print(f"failed: {failure}", file=sys.stderr)
        return 1
    if options.renew:
        THRESHOLDS.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
        return 0
    return compare(found, json.loads(THRESHOLDS.read_text(encoding="utf-8")))


if __name__ == "__main__":
    sys.exit(main())
