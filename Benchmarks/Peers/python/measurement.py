"""What the clients in Python share: the command line, the callers, and what is recorded."""

import argparse
import array
import asyncio
import json
import resource
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable

FIXED_SIZE = 90
PIECE = bytes(65536)


def fail(reason: str) -> None:
    """Ends the process: an answer was wrong."""
    sys.exit(f"wrong answer: {reason}")


def options(version: str) -> argparse.Namespace:
    """Reads the command line that all clients share."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--version", action="version", version=version)
    parser.add_argument("--socket", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument(
        "--work",
        default="raw",
        choices=["raw", "json", "download", "upload", "connect", "hold"],
    )
    parser.add_argument("--rate", type=float, default=0)
    parser.add_argument("--requests", type=int, default=1)
    parser.add_argument("--callers", type=int, default=1)
    for name in ("warmup", "size", "connections"):
        parser.add_argument(f"--{name}", type=int, default=0)
    return parser.parse_args()


def check(work: str, size: int, status: int, received: int, body: bytes = b"") -> None:
    """Ends the process unless the answer is what the work asks for."""
    if status != 200:
        fail(f"status {status}")
    if work == "json":
        reply = json.loads(body)
        if reply["ready"] is not False or len(reply["ioc"]) != 6:
            fail("status")
    elif work == "upload":
        if int(body) != size:
            fail(f"the server counted {body!r}")
    elif received != (size if work == "download" else FIXED_SIZE):
        fail(f"{received} bytes")


async def zeros(size: int) -> AsyncIterator[bytes]:
    """A body of zeros, piece by piece."""
    while size > 0:
        piece = min(size, len(PIECE))
        size -= piece
        yield PIECE[:piece]


def _memory() -> dict[str, int]:
    wanted = {"VmRSS": "resident", "VmHWM": "peak"}
    found = {}
    with open("/proc/self/status", encoding="ascii") as file:
        for line in file:
            name, _, value = line.partition(":")
            if name in wanted:
                found[wanted[name]] = int(value.split()[0])
    return found


class Load:
    """Warms up, measures, and writes what was measured."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        self.arguments = arguments
        self.times = array.array("Q", [0]) * arguments.requests
        self.recorded = 0

    async def run(self, send: Callable[[str], Awaitable[None]]) -> None:
        """Runs the callers, first unmeasured."""
        asked = self.arguments
        # What is held until all callers are there can't be asked for by one.
        await self._callers(asked.warmup, "raw" if asked.work == "hold" else asked.work, send, None)
        with open("/proc/self/clear_refs", "w", encoding="ascii") as file:
            # From here on the peak is that of the measured part.
            file.write("5")
        memory = _memory()
        usage = resource.getrusage(resource.RUSAGE_SELF)
        start = time.monotonic_ns()
        await self._callers(asked.requests, asked.work, send, start)
        wall = time.monotonic_ns() - start
        self._write(wall, memory, usage)

    async def _callers(
        self, count: int, work: str, send: Callable[[str], Awaitable[None]], start: int | None
    ) -> None:
        taken = 0

        async def call() -> None:
            nonlocal taken
            while taken < count:
                number = taken
                taken += 1
                began = time.monotonic_ns()
                if self.arguments.rate > 0 and start is not None:
                    due = start + int(number * 1e9 / self.arguments.rate)
                    if due > began:
                        await asyncio.sleep((due - began) / 1e9)
                    began = due
                await send(work)
                if start is not None:
                    self.times[self.recorded] = time.monotonic_ns() - began
                    self.recorded += 1

        callers = min(self.arguments.callers, count)
        if callers == 1:
            await call()
        else:
            await asyncio.gather(*(call() for _ in range(callers)))

    def _write(self, wall: int, memory: dict[str, int], usage: resource.struct_rusage) -> None:
        after = resource.getrusage(resource.RUSAGE_SELF)
        memory_after = _memory()
        if self.recorded != len(self.times):
            fail(f"{self.recorded} requests were recorded, not {len(self.times)}")
        with open(self.arguments.out, "wb") as file:
            if sys.byteorder == "big":
                self.times.byteswap()
            self.times.tofile(file)
        print(
            json.dumps(
                {
                    "requests": self.recorded,
                    "wall_ns": wall,
                    "user_ns": round((after.ru_utime - usage.ru_utime) * 1e9),
                    "system_ns": round((after.ru_stime - usage.ru_stime) * 1e9),
                    "resident_before_kib": memory["resident"],
                    "resident_after_kib": memory_after["resident"],
                    "peak_kib": memory_after["peak"],
                    "page_faults": after.ru_minflt - usage.ru_minflt,
                    "voluntary_switches": after.ru_nvcsw - usage.ru_nvcsw,
                    "involuntary_switches": after.ru_nivcsw - usage.ru_nivcsw,
                }
            )
        )
