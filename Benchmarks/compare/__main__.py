"""compare.sh's second half: see there for what it does."""

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

from . import contestants, counting, machine, works
from .contestants import ROOT
from .report import report
from .running import Failed, Server, Unavailable, allow_many_files, measure

RESULTS = ROOT / "Benchmarks/results"
LINES = RESULTS / "compare.jsonl"
COUNTED = ("c", "ours", "ours-task", "libuv", "libcurl", "go", "ahc", "aiohttp", "httpx")
STARTED = time.monotonic()


def say(text: str) -> None:
    """Progress, with the seconds since the start."""
    print(f"[{time.monotonic() - STARTED:5.0f}s] {text}", file=sys.stderr, flush=True)


class Run:
    """All that is measured in one run of the command."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.core = options.core
        self.names = works.chosen(options.only)
        self.divisor = 10 if options.quick else 1
        self.rounds = options.rounds or (1 if options.quick else 5)
        asked = options.contestants.split(",") if options.contestants else list(contestants.ALL)
        if unknown := set(asked) - set(contestants.ALL):
            raise SystemExit(f"no contestant is called {', '.join(sorted(unknown))}")
        # The floor is what the ratios are made with.
        self.asked = [name for name in contestants.ALL if name in {*asked, contestants.FLOOR}]
        self.missing: set[str] = set()
        self.file = LINES.open("w", encoding="utf-8")

    def write(self, **line: object) -> None:
        """Keeps a line at once, so that a run that fails leaves what it has."""
        self.file.write(json.dumps(line) + "\n")
        self.file.flush()

    def all(self) -> None:
        """Measures what was asked for."""
        versions = {name: contestants.ALL[name].version() for name in self.asked}
        about = {"quick": self.options.quick, "rounds": self.rounds}
        self.write(kind="about", machine=machine.describe(), versions=versions, **about)
        for two_cores in (False, True):
            chosen = [
                work
                for work in works.ALL.values()
                if work.name in self.names and work.two_cores == two_cores
            ]
            # The last core's neighbour is the first one.
            other = (self.core + 1) % (os.cpu_count() or 1)
            with Server(other if two_cores else self.core) as server:
                for number in range(self.rounds):
                    for work in chosen:
                        self.round(work, number, server)
        with Server(self.core) as server:
            for counter in works.COUNTS:
                if counter in self.names:
                    self.count(counter, server)
        if works.PARSER in self.names:
            self.parser()

    def round(self, work: works.Work, number: int, server: Server) -> None:
        """One run of each contestant, each of which begins as often as the others."""
        taking = [name for name in self.asked if name in work.contestants]
        taking = [name for name in taking if name not in self.missing]
        shift = number % max(1, len(taking))
        say(f"round {number + 1} of {self.rounds}: {work.title}")
        for name in taking[shift:] + taking[:shift]:
            contestant = contestants.ALL[name]
            arguments = work.arguments(contestant, self.divisor)
            if name == contestants.FLOOR and work.callers > 1:
                # One at a time is all that it can do.
                place = arguments.index("--callers")
                arguments[place + 1] = "1"
            if work.kind == "upload-file" and name != contestants.FLOOR:
                file = server.folder / "zeros"
                with file.open("wb") as zeros:
                    zeros.truncate(work.size)
                arguments += ["--file", str(file)]
            try:
                result = measure(contestant, arguments, server, self.core)
            except Unavailable as reason:
                say(f"{contestant.title} is left out: {reason}")
                self.missing.add(name)
                continue
            self.write(kind="run", work=work.name, contestant=name, round=number, **result)

    def count(self, counter: str, server: Server) -> None:
        """What a sequential raw request costs, by counting."""
        names = [name for name in self.asked if name in COUNTED]
        if counter == "instructions":
            # Under valgrind the slow ones take minutes, and Go's threads are not for it.
            names = [
                name for name in names if name in ("c", "ours", "ours-task", "libuv", "libcurl")
            ]
        for name in names:
            contestant = contestants.ALL[name]
            requests = max(100, 2000 // contestant.slowness)
            say(f"{counter} of {contestant.title}")
            value = counting.per_request(
                counter,
                contestant,
                ["--work", "raw", "--warmup", "200"],
                requests,
                server,
                self.core,
                2,
            )
            self.write(kind="count", work=counter, contestant=name, value=round(value, 3))

    def parser(self) -> None:
        """The parser's own benchmark, as it prints."""
        say("the response parser beside llhttp")
        command = ["bash", "Benchmarks/parser-throughput.sh", "5" if self.options.quick else "21"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Failed(f"parser-throughput.sh: {done.stderr[-2000:]}")
        self.write(kind="parser", table=done.stdout)


def main() -> int:
    """Reads the command line, measures, reports."""
    parser = argparse.ArgumentParser(prog="compare.sh")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", metavar="WORK,…")
    parser.add_argument("--contestants", metavar="NAME,…")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--core", type=int, default=0)
    parser.add_argument("--readme", action="store_true")
    parser.add_argument("--report-only", action="store_true")
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    if options.list:
        print("works: " + ", ".join(works.NAMES))
        print("contestants: " + ", ".join(contestants.ALL))
        return 0
    if not options.report_only:
        RESULTS.mkdir(exist_ok=True)
        allow_many_files()
        try:
            Run(options).all()
        except Failed as failure:
            print(f"failed: {failure}", file=sys.stderr)
            return 1
    readme = ROOT / "README.md" if options.readme else None
    report(LINES, RESULTS / "compare.md", readme)
    say(f"done: {Path('Benchmarks/results/compare.md')}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
