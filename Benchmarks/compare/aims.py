"""What the client is to reach, and whether it does."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from .results import Results


@dataclass(frozen=True)
class Aim:
    """A line of the table: `judge` answers with what was found and whether that will do."""

    work: str
    text: str
    judge: Callable[[Results], tuple[str, bool] | None]


def _us(nanoseconds: float) -> str:
    return f"{nanoseconds / 1e3:.1f} µs"


def _sequential(results: Results) -> tuple[str, bool] | None:
    floor = results.ratio("raw", "p50_ns", "ours", "c")
    others = [results.ratio("raw", "p50_ns", "ours", name) for name in ("libcurl", "go")]
    time = results.median("raw", "ours", "p50_ns")
    if floor is None or time is None or None in others:
        return None
    text = f"{_us(time)}: {floor:.2f} × C, {others[0]:.2f} × libcurl, {others[1]:.2f} × Go"
    return text, floor <= 1.25 and all(other < 1 for other in others)


def _at_most(
    limit: float, ratio: Callable[[Results], float | None], of: str
) -> Callable[[Results], tuple[str, bool] | None]:
    def judge(results: Results) -> tuple[str, bool] | None:
        value = ratio(results)
        return None if value is None else (f"{value:.2f} × {of}", value <= limit)

    return judge


def _callers(results: Results) -> tuple[str, bool] | None:
    value = results.ratio("callers-64", "per_cpu_second", "ours", "libuv")
    return None if value is None else (f"{value:.2f} of C on libuv", value >= 0.8)


def _allocations(results: Results) -> tuple[str, bool] | None:
    value = results.counts.get(("allocations", "ours"))
    return None if value is None else (f"{value:.2f}", round(value, 2) <= 0)


def _syscalls(results: Results) -> tuple[str, bool] | None:
    value = results.counts.get(("syscalls", "ours"))
    return None if value is None else (f"{value:.2f}", round(value, 1) <= 3)


def _large_body(results: Results) -> tuple[str, bool] | None:
    ratio = results.ratio("gib-down", "rate", "ours", "c")
    growth = results.each("gib-down", "ours", "growth_kib")
    if ratio is None or not growth:
        return None
    worst = max(growth.values())
    return f"{ratio:.2f} of a C loop, {worst:.0f} KiB", ratio >= 0.8 and worst < 2048


def _parser(results: Results) -> tuple[str, bool] | None:
    rows = re.findall(r"^\| ([^|]+?) \|(?:[^|]+\|){3} ([\d.]+) \|", results.parser, re.MULTILINE)
    if not rows:
        return None
    text = ", ".join(f"{ratio} ({name})" for name, ratio in rows)
    return f"of llhttp: {text}", all(float(ratio) >= 1 for _, ratio in rows)


def _idle(results: Results) -> tuple[str, bool] | None:
    value = results.median("idle", "ours", "heap_per_connection")
    return None if value is None else (f"{value / 1024:.2f} KiB of heap", value <= 4096)


def _waiting(results: Results) -> tuple[str, bool] | None:
    cost = results.ratio_between("ours", "cpu_us", "waiting-10000", "waiting-1000")
    slowest = results.each("waiting-10000", "ours", "max_ns")
    turn = results.each("waiting-10000", "ours", "turn_ns")
    if cost is None or not slowest:
        return None
    worst = max(slowest[number] / (turn[number] * 10_000) for number in slowest)
    text = f"{cost:.2f} × the CPU time a request of 1,000; slowest {worst:.2f} turns"
    return text, cost <= 1.5 and worst <= 2


ALL = (
    Aim(
        "sequential raw request on the loop, p50",
        "at most 1.25 × blocking C; faster than libcurl and Go",
        _sequential,
    ),
    Aim(
        "the same from another task",
        "no slower than Go net/http",
        _at_most(1, lambda r: r.ratio("raw", "p50_ns", "ours-task", "go"), "Go"),
    ),
    Aim(
        "client and server on two cores, polling 50 µs, p50",
        "at most 0.7 × blocking C",
        _at_most(0.7, lambda r: r.ratio("two-cores", "p50_ns", "ours-poll", "c"), "C"),
    ),
    Aim(
        "with JSON coding of a status reply, p50",
        "at most 2 × our raw one",
        _at_most(2, lambda r: r.ratio_between("ours", "p50_ns", "json", "raw"), "raw"),
    ),
    Aim("64 callers, requests a CPU second", "at least 0.8 of C on libuv", _callers),
    Aim("allocations per raw request on the loop", "0", _allocations),
    Aim("system calls per sequential request", "3", _syscalls),
    Aim(
        "response body of 1 GiB",
        "at least 0.8 of a C read loop, memory grows by less than 2 MiB",
        _large_body,
    ),
    Aim("response parser", "at least llhttp's bytes a second", _parser),
    Aim("idle connection", "at most 4 KiB of our own memory", _idle),
    Aim(
        "10,000 waiting callers",
        "at most 1.5 × the cost a request of 1,000; nobody waits for two turns",
        _waiting,
    ),
)
