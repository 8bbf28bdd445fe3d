"""Keeps the lines of worker-pool.sh and makes its tables.

report_worker_pool.py add FILE SCENARIO WORKERS CLIENT CONCURRENCY REQUESTS STATUS
                          [RESTARTS [OUTCOMES LOG]] <LINE
report_worker_pool.py report FILE TABLES      exits with 1 when our client did badly
"""

import json
import statistics
import sys
from collections import Counter
from pathlib import Path

SLOWEST_MS = 1000
RATIO = 1.5
RESTARTS = 3
CLIENTS = ["ours", "reference", "go", "httpx", "ahc"]
SCENARIOS = {
    "fast": "960 requests that are answered at once",
    "slow": "960 requests, of which every 20th takes 200 ms",
    "shared": "9,600 requests, while another process of ours keeps 32 in flight",
    "restarts": "30,000 requests, while the server is killed and restarted three times",
    "restarts-unsafe": (
        "30,000 requests that may not be repeated, while the server is killed and restarted "
        "three times: those that a worker holds then may fail, none may be executed twice"
    ),
}


def add(results: Path, run: list[str], line: str) -> None:
    """Appends one run's line, or one that says how the run ended without any."""
    scenario, workers, client, concurrency, requests, status, *more = run
    restarts, *files = more or [None]
    try:
        entry = json.loads(line)
    except ValueError:
        end = "not done after 120 s" if status == "124" else f"exit {status}"
        entry = {"concurrency": int(concurrency), "requests": int(requests)}
        entry |= {"errors": {end: int(requests)}, "seconds": None}
    else:
        if files:
            # Requests that may not be repeated may fail: their faults are found below.
            entry["errors"] = {}
        if status != "0":
            entry["errors"][f"exit {status}"] = 1
    entry |= {"client": client, "scenario": scenario, "workers": int(workers)}
    if client.startswith("background"):
        # Filed beside the run that it competed with.
        entry["concurrency"] = int(concurrency)
        entry["own_concurrency"] = 32
    if restarts is not None:
        entry["restarts"] = int(restarts)
    if files:
        fates = Fates(int(requests), *map(Path, files))
        entry |= fates.counts()
        entry["errors"] |= fates.faults()
    line = json.dumps(entry)
    with results.open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    print(line)


class Fates:
    """What became of numbered requests that may not be repeated: told by client and server."""

    def __init__(self, requests: int, outcomes: Path, log: Path):
        ends = [line.partition(" ") for line in lines_of(outcomes)]
        self.numbers = {str(number) for number in range(requests)}
        self.ended = Counter(number for number, _, _ in ends)
        self.outcomes = {number: outcome for number, _, outcome in ends}
        self.executed = Counter(line.removeprefix("POST /run/") for line in lines_of(log))

    def counts(self) -> dict:
        """The figures for the table."""
        failed = Counter(self.outcomes.values())
        answered = failed.pop("answered", 0)
        return {
            "answered": answered,
            "failed": dict(failed),
            "executed": len(self.executed),
            "executed twice": self.executed_twice,
        }

    @property
    def executed_twice(self) -> int:
        """How many requests were executed more than once."""
        return sum(count > 1 for count in self.executed.values())

    def faults(self) -> dict[str, int]:
        """How many requests did what none may do, by what that is."""
        executed = self.executed.keys()
        unread = ("neverSent", "notRead")
        faults = {
            "not ended exactly once": sum(self.ended[number] != 1 for number in self.numbers),
            "executed twice": self.executed_twice,
            "executed unasked": len(executed - self.numbers),
            "executed, yet told to be unread": sum(
                self.outcomes.get(number, "").endswith(unread) for number in executed
            ),
            "answered, yet not executed": sum(
                outcome == "answered" and number not in executed
                for number, outcome in self.outcomes.items()
            ),
        }
        return {fault: count for fault, count in faults.items() if count}


def lines_of(file: Path) -> list[str]:
    """The lines of a file, none where it is missing."""
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


class Cell:
    """The runs of one client under the same conditions."""

    def __init__(self, runs: list[dict]):
        self.runs = runs
        seconds = [run["seconds"] for run in runs if run["seconds"] is not None]
        self.seconds = statistics.median(seconds) if seconds else None
        self.errors = sum(sum(run["errors"].values()) for run in runs)
        self.slowest = max((run.get("slowest_ms", 0) for run in runs), default=0)

    def __str__(self) -> str:
        if not self.runs:
            return ""
        if self.seconds is None:
            return f"never ended / {self.errors} / "
        return f"{self.seconds:.3f} / {self.errors} / {self.slowest:.0f} ms"

    def kinds(self, key: str = "errors") -> str:
        """The errors, or what else is counted under a key, by kind."""
        kinds = sum((Counter(run[key]) for run in self.runs), Counter())
        return ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))

    def total(self, key: str) -> int:
        """The sum of a figure over all runs."""
        return sum(run[key] for run in self.runs)

    def fates(self) -> list[str]:
        """The columns that tell what became of requests that may not be repeated."""
        answered, executed, twice = map(self.total, ("answered", "executed", "executed twice"))
        return [str(answered), self.kinds("failed"), str(executed), str(twice)]


class Results:
    """All runs, found by what they were."""

    def __init__(self, runs: list[dict]):
        self.runs = runs

    def cell(self, scenario: str, workers: int, concurrency: int, client: str) -> Cell:
        wanted = (scenario, workers, concurrency, client)
        keys = ("scenario", "workers", "concurrency", "client")
        return Cell([run for run in self.runs if tuple(run[key] for key in keys) == wanted])

    def values(self, key: str, **conditions: object) -> list:
        """The values of a key in the runs that meet the conditions, in order of appearance."""
        matching = (
            run for run in self.runs if all(run[name] == is_ for name, is_ in conditions.items())
        )
        return list(dict.fromkeys(run[key] for run in matching))


def judge(ours: Cell, reference: Cell, scenario: str) -> list[str]:
    """What is wrong with our runs under one set of conditions."""
    faults = []
    if ours.errors:
        faults.append(f"errors: {ours.kinds()}")
    allowed = max(SLOWEST_MS, RATIO * reference.slowest)
    if reference.runs and ours.slowest > allowed:
        faults.append(f"the slowest request took {ours.slowest:.0f} ms of {allowed:.0f} ms")
    ratio = ratio_of(ours, reference)
    if ratio is not None and ratio > RATIO:
        faults.append(f"{ratio:.2f} times the reference")
    if scenario.startswith("restarts"):
        done = min(run.get("restarts", 0) for run in ours.runs)
        if done < RESTARTS:
            faults.append(f"over after {done} restarts: more requests are needed")
        # Only what a worker held when it was killed may fail.
        held = sum(run["workers"] * run.get("restarts", 0) for run in ours.runs)
        failed = sum(sum(run.get("failed", {}).values()) for run in ours.runs)
        if failed > held:
            faults.append(f"{failed} requests failed, of which workers held {held} at most")
    return faults


def ratio_of(ours: Cell, reference: Cell) -> float | None:
    """How much longer ours took than the client that was told the number of workers."""
    if not ours.seconds or not reference.seconds:
        return None
    return ours.seconds / reference.seconds


def table(results: Results, scenario: str, workers: int, faults: list[str]) -> list[str]:
    """One table, with its errors below; adds to the faults."""
    present = results.values("client", scenario=scenario, workers=workers)
    clients = [client for client in CLIENTS if client in present]
    clients += [client for client in present if client.startswith("background")]
    with_ratio = "reference" in clients
    with_fates = scenario == "restarts-unsafe"
    header = ["in parallel", *clients]
    header += ["ours ÷ reference"] if with_ratio else []
    header += ["answered", "failed", "executed", "executed twice"] if with_fates else []
    lines = [f"### {workers} workers", "", row(header), row(["---"] * len(header))]
    notes = []
    for concurrency in results.values("concurrency", scenario=scenario, workers=workers):
        cells = {c: results.cell(scenario, workers, concurrency, c) for c in clients}
        columns = [str(concurrency), *map(str, cells.values())]
        if with_ratio:
            ratio = ratio_of(cells["ours"], cells["reference"])
            columns.append("" if ratio is None else f"{ratio:.2f}")
        if with_fates:
            columns += cells["ours"].fates()
        lines.append(row(columns))
        notes += [
            f"- {client}, {concurrency} in parallel: {cell.kinds()}"
            for client, cell in cells.items()
            if cell.errors
        ]
        where = f"{scenario}, {workers} workers, {concurrency} in parallel"
        found = judge(cells["ours"], cells.get("reference", Cell([])), scenario)
        for client, cell in cells.items():
            if client.startswith("background") and cell.errors:
                found.append(f"{client}: {cell.kinds()}")
        faults += [f"{where}: {fault}" for fault in found]
    return lines + ([""] + notes if notes else []) + [""]


def row(columns: list[str]) -> str:
    """One line of a table."""
    return "| " + " | ".join(columns) + " |"


def report(source: Path, target: Path) -> int:
    """Writes the tables; answers with the exit status."""
    lines = source.read_text(encoding="utf-8").splitlines()
    results = Results([json.loads(line) for line in lines])
    if not results.runs:
        print("no run was recorded", file=sys.stderr)
        return 1
    faults: list[str] = []
    legend = "Each cell: seconds (median) / errors (all runs) / slowest request."
    out = ["# Worker pool", "", legend, ""]
    for scenario in results.values("scenario"):
        out += [f"## {scenario}", "", SCENARIOS[scenario] + ".", ""]
        for workers in results.values("workers", scenario=scenario):
            out += table(results, scenario, workers, faults)
    target.write_text("\n".join(out).rstrip() + "\n", encoding="utf-8")
    print("\n".join(out))
    for fault in faults:
        print(f"ours: {fault}", file=sys.stderr)
    return 1 if faults else 0


def main(arguments: list[str]) -> int:
    """Runs the command line."""
    match arguments:
        case ["add", results, *run] if len(run) in (6, 7, 9):
            add(Path(results), run, sys.stdin.read())
            return 0
        case ["report", source, target]:
            return report(Path(source), Path(target))
    print(__doc__, file=sys.stderr)
    return 64


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
