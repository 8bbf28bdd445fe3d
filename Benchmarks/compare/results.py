"""The lines of a run, grouped, with medians of the rounds."""

import json
from collections import defaultdict
from pathlib import Path
from statistics import median

from . import contestants, works

FIELDS = {
    "rate": lambda run: run["requests"] / run["wall_ns"] * 1e9,
    "cpu_us": lambda run: _cpu_ns(run) / run["requests"] / 1e3,
    "per_cpu_second": lambda run: run["requests"] / max(_cpu_ns(run), 1) * 1e9,
    "growth_kib": lambda run: max(0, run["peak_kib"] - run["resident_before_kib"]),
    "resident_per_connection": lambda run: (
        (run["resident_after_kib"] - run["resident_before_kib"]) * 1024 / run["requests"]
    ),
    "heap_per_connection": lambda run: (run["heap_after"] - run["heap_before"]) / run["requests"],
    # What a caller would wait if all of them were served in turn.
    "turn_ns": lambda run: run["wall_ns"] / run["requests"],
}


def _cpu_ns(run: dict) -> int:
    return run["user_ns"] + run["system_ns"]


class Results:
    """What a run's file holds."""

    def __init__(self, file: Path) -> None:
        self.about: dict = {}
        self.counts: dict[tuple[str, str], float] = {}
        self.parser = ""
        self.runs: dict[tuple[str, str], dict[int, dict]] = defaultdict(dict)
        for line in file.read_text(encoding="utf-8").splitlines():
            entry = json.loads(line)
            match entry["kind"]:
                case "about":
                    self.about = entry
                case "count":
                    self.counts[entry["work"], entry["contestant"]] = entry["value"]
                case "parser":
                    self.parser = entry["table"]
                case "run":
                    self.runs[entry["work"], entry["contestant"]][entry["round"]] = entry

    def contestants(self, work: str) -> list[str]:
        """Who did a work, in the usual order."""
        return [name for name in contestants.ALL if (work, name) in self.runs]

    def works(self) -> list[works.Work]:
        """What was measured."""
        measured = {work for work, _ in self.runs}
        return [work for work in works.ALL.values() if work.name in measured]

    def each(self, work: str, contestant: str, field: str) -> dict[int, float]:
        """A field of each round; empty where there is none."""
        compute = FIELDS.get(field, lambda run: run[field])
        found = {}
        for number, run in self.runs.get((work, contestant), {}).items():
            try:
                found[number] = compute(run)
            except KeyError:
                continue
        return found

    def median(self, work: str, contestant: str, field: str) -> float | None:
        """The median of the rounds."""
        values = self.each(work, contestant, field)
        return median(values.values()) if values else None

    def ratio(self, work: str, field: str, upper: str, lower: str) -> float | None:
        """The median of the ratios within each round: what disturbs a round meets both."""
        above, below = self.each(work, upper, field), self.each(work, lower, field)
        ratios = [above[n] / below[n] for n in above.keys() & below.keys() if below[n]]
        return median(ratios) if ratios else None

    def ratio_between(self, contestant: str, field: str, upper: str, lower: str) -> float | None:
        """The same between two works of one contestant."""
        above, below = self.each(upper, contestant, field), self.each(lower, contestant, field)
        ratios = [above[n] / below[n] for n in above.keys() & below.keys() if below[n]]
        return median(ratios) if ratios else None
