"""What is measured: each work's requests, its contestants, and what its table shows."""

from dataclasses import dataclass

from .contestants import Contestant

KIB, MIB, GIB = 2**10, 2**20, 2**30
SINGLE = ("c", "ours", "ours-task", "libuv", "libcurl", "go", "ahc", "aiohttp", "httpx")
MANY = tuple(name for name in SINGLE if name != "c")
# Works that the contestant knows under another name: the floor for every kind of upload.
ALIASES = {("c", "upload-chunked"): "upload", ("c", "upload-file"): "upload"}


@dataclass(frozen=True)
class Work:
    """One work: `requests` are those of a fast client."""

    name: str
    title: str
    kind: str
    requests: int
    contestants: tuple[str, ...] = SINGLE
    # latency, rate, throughput or idle: which figures its table shows.
    shows: str = "latency"
    callers: int = 1
    rate: int = 0
    size: int = 0
    connections: int = 0
    two_cores: bool = False
    rounds: int = 0
    # The fewest requests, however slow a client is.
    least: int = 20

    @property
    def group(self) -> str:
        """The name before the first dash, by which several works can be asked for."""
        return self.name.split("-")[0]

    def requests_for(self, contestant: Contestant, divisor: int) -> int:
        """How many requests a contestant sends in a run."""
        if self.kind == "hold":
            return self.callers_for(contestant)
        if self.size >= 64 * MIB:
            return self.requests
        if self.rate:
            return max(self.least, self.requests // divisor)
        wanted = self.requests // (contestant.slowness * divisor)
        return max(wanted, self.least, 2 * self.callers)

    def callers_for(self, contestant: Contestant) -> int:
        """How many callers there are: what httpx does with a thousand takes half a minute."""
        return 100 if self.kind == "hold" and contestant.name == "httpx" else self.callers

    def arguments(self, contestant: Contestant, divisor: int) -> list[str]:
        """The command line behind the contestant's own."""
        requests = self.requests_for(contestant, divisor)
        warmup = (
            1
            if self.kind == "hold" or self.size >= 64 * MIB
            else max(self.callers, min(requests // 5, 1000))
        )
        values = {
            "work": ALIASES.get((contestant.name, self.kind), self.kind),
            "requests": requests,
            "warmup": warmup,
            "callers": self.callers_for(contestant),
            "rate": self.rate,
            "size": self.size,
            "connections": self.connections,
        }
        return [
            word
            for name, value in values.items()
            if value or name == "warmup"
            for word in (f"--{name}", str(value))
        ]


def _size(count: int) -> str:
    for unit, name in ((GIB, "GiB"), (MIB, "MiB"), (KIB, "KiB")):
        if count >= unit:
            return f"{count // unit} {name}"
    return f"{count} B"


def _bodies() -> list[Work]:
    works = []
    for size, requests in ((0, 4000), (KIB, 4000), (64 * KIB, 2000), (MIB, 200), (64 * MIB, 4)):
        for kind, title in (("download", "response"), ("upload", "request")):
            works.append(
                Work(
                    f"{kind}-{_size(size).replace(' ', '')}",
                    f"{title} body of {_size(size)}",
                    kind,
                    requests,
                    shows="throughput" if size >= 64 * KIB else "latency",
                    size=size,
                    least=4,
                )
            )
    return works


def _all() -> list[Work]:
    return [
        Work("raw", "sequential, raw", "raw", 20000),
        Work("json", "sequential, a status reply decoded", "json", 5000),
        Work(
            "two-cores",
            "sequential, client and server on a core each",
            "raw",
            5000,
            ("c", "ours", "ours-task", "ours-poll", "libuv", "libcurl", "go"),
            two_cores=True,
        ),
        *(
            Work(
                f"callers-{callers}",
                f"{callers} callers in a closed loop",
                "raw",
                20000,
                # What httpx does with a thousand takes half a minute.
                MANY if callers < 1000 else MANY[:-1],
                "rate",
                callers,
            )
            for callers in (8, 64, 1000)
        ),
        Work(
            "open-1000",
            "open loop, 1,000 requests a second",
            "raw",
            1000,
            SINGLE,
            rate=1000,
            callers=64,
        ),
        Work(
            "open-10000",
            "open loop, 10,000 requests a second",
            "raw",
            10000,
            ("c", "ours", "ours-task", "libuv", "libcurl", "go", "ahc"),
            rate=10000,
            callers=64,
        ),
        *_bodies(),
        Work(
            "gib-down",
            "response body of 1 GiB",
            "download",
            1,
            ("c", "ours", "libuv", "libcurl", "go", "ahc"),
            "throughput",
            size=GIB,
        ),
        Work(
            "gib-up",
            "request body of 1 GiB",
            "upload",
            1,
            ("c", "ours", "libuv", "libcurl", "go", "ahc"),
            "throughput",
            size=GIB,
        ),
        Work(
            "gib-chunked",
            "request body of 1 GiB without a length",
            "upload-chunked",
            1,
            ("c", "ours"),
            "throughput",
            size=GIB,
        ),
        Work(
            "gib-file",
            "request body of 1 GiB from a file",
            "upload-file",
            1,
            ("c", "ours"),
            "throughput",
            size=GIB,
        ),
        Work("connect", "a connection per request", "connect", 3000),
        Work("idle", "1,000 idle connections", "hold", 1000, MANY, "idle", 1000, connections=1000),
        *(
            Work(
                f"waiting-{callers}",
                f"{callers:,} callers wait for 16 connections",
                "raw",
                50000,
                ("ours", "ours-task", "libuv", "go"),
                "rate",
                callers,
                connections=16,
            )
            for callers in (1000, 10000)
        ),
    ]


ALL = {work.name: work for work in _all()}
# These are counted, not timed.
COUNTS = ("syscalls", "allocations", "instructions")
PARSER = "parser"
NAMES = (*ALL, *COUNTS, PARSER)


def chosen(only: str | None) -> set[str]:
    """The names that were asked for, by name or by what stands before the first dash."""
    if not only:
        return set(NAMES)
    asked = {name.strip() for name in only.split(",")}
    found = {name for name in NAMES if name in asked or name.split("-")[0] in asked}
    known = found | {name.split("-")[0] for name in NAMES}
    if unknown := asked - known:
        raise SystemExit(f"no work is called {', '.join(sorted(unknown))}; --list tells")
    return found
