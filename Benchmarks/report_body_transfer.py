"""Makes the table of body-transfer.sh: `WHO KIND JSON` lines in, Markdown out.

report_body_transfer.py BYTES <LINES      exits with 1 when our memory grew by 2 MiB or more
"""

import json
import statistics
import sys
from collections import defaultdict

GROWTH_KIB = 2048


def main(size: int) -> int:
    """Reads the runs and prints one row for each kind of transfer."""
    runs: dict[tuple[str, str], list[dict]] = defaultdict(list)
    for line in sys.stdin:
        print(line, end="", file=sys.stderr)
        who, kind, figures = line.split(" ", 2)
        runs[who, kind].append(json.loads(figures))
    print(f"\n{size / 2**30:g} GiB each\n")
    print("| | ours, MB/s | C, MB/s | ours ÷ C | growth of peak memory |")
    print("| --- | --- | --- | --- | --- |")
    worst = 0
    for kind in ("download", "upload", "chunked", "file"):
        ours = runs["ours", kind]
        rate = size / 1e6 / statistics.median(run["seconds"] for run in ours)
        floor = runs.get(("C", "download" if kind == "download" else "upload"))
        reference = size / 1e6 / statistics.median(run["seconds"] for run in floor)
        growth = max(run["growth_kib"] for run in ours)
        worst = max(worst, growth)
        print(
            f"| {kind} | {rate:.0f} | {reference:.0f} | {rate / reference:.2f} | {growth} KiB |"
        )
    if worst >= GROWTH_KIB:
        print(f"ours: peak memory grew by {worst} KiB", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
