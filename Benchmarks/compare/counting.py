"""Counts what a request costs: the difference between N and 2 N requests, divided by N."""

import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from .contestants import BIN, Contestant
from .running import Failed, Server, launch


def _arguments(contestant: Contestant, work: list[str], requests: int) -> list[str]:
    # Replaced connections would be counted, and how many there are depends on time.
    own = ["--keep-connections"] if "engine-client" in contestant.command[0] else []
    return [*work, *own, "--requests", str(requests)]


def syscalls(
    contestant: Contestant, work: list[str], requests: int, server: Server, core: int | None
) -> float:
    """System calls of all threads."""
    file = server.folder / "strace"
    around = ("strace", "-f", "-c", "-U", "calls,name", "-o", str(file))
    launch(contestant, _arguments(contestant, work, requests), server, core, around)
    match = re.search(r"^\s*(\d+)\s+total$", file.read_text(encoding="utf-8"), re.MULTILINE)
    if match is None:
        raise Failed("strace printed no total")
    return int(match[1])


def allocations(
    contestant: Contestant, work: list[str], requests: int, server: Server, core: int | None
) -> float:
    """Calls of malloc and the like; what Go's runtime counts of its own."""
    file = server.folder / "allocations"
    environment = {
        "LD_PRELOAD": str(BIN / "libcount_allocations.so"),
        "ALLOCATIONS_FILE": str(file),
        # Else Python takes small objects from arenas of its own.
        "PYTHONMALLOC": "malloc",
    }
    line = launch(
        contestant, _arguments(contestant, work, requests), server, core, environment=environment
    )
    return line["allocations"] if "allocations" in line else int(file.read_text(encoding="ascii"))


def instructions(
    contestant: Contestant, work: list[str], requests: int, server: Server, core: int | None
) -> float:
    """Instructions outside the kernel, of all threads."""
    file = server.folder / "callgrind"
    around = ("valgrind", "--tool=callgrind", "-q", f"--callgrind-out-file={file}")
    # Valgrind gives up on newer debugging information than it knows.
    program = server.folder / Path(contestant.command[0]).name
    if not program.exists():
        subprocess.run(["strip", "-o", str(program), contestant.command[0]], check=True)
    bare = replace(contestant, command=(str(program), *contestant.command[1:]))
    environment = {"LD_PRELOAD": str(BIN / "libsigsuspend_copy.so")}
    launch(bare, _arguments(contestant, work, requests), server, core, around, environment)
    match = re.search(r"^(?:totals|summary): (\d+)", file.read_text(encoding="utf-8"), re.M)
    if match is None:
        raise Failed("callgrind wrote no total")
    return int(match[1])


Counter = Callable[[Contestant, list[str], int, Server, int | None], float]
COUNTERS: dict[str, Counter] = {
    "syscalls": syscalls,
    "allocations": allocations,
    "instructions": instructions,
}


def per_request(
    counter: str,
    contestant: Contestant,
    work: list[str],
    requests: int,
    server: Server,
    core: int | None,
    repetitions: int = 1,
) -> float:
    """The least of some repetitions at either number of requests: what disturbs only adds."""
    count = COUNTERS[counter]
    once, twice = (
        min(count(contestant, work, number, server, core) for _ in range(repetitions))
        for number in (requests, 2 * requests)
    )
    return (twice - once) / requests
