"""Who is compared: how each is started, and what it is called."""

import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BIN = ROOT / "Benchmarks/bin"
SWIFT = ROOT / ".build-benchmarks/release"
PYTHON = [str(BIN / "venv/bin/python")]
PEERS = ROOT / "Benchmarks/Peers"


@dataclass(frozen=True)
class Contestant:
    """A client: its command, and by how much it is slower than the fast ones."""

    name: str
    title: str
    command: tuple[str, ...]
    # Requests are divided by this, so that a run takes about as long as the others'.
    slowness: int = 1

    @cache
    def version(self) -> str:
        """What the client says of itself."""
        command = [*self.command, "--version"]
        return subprocess.run(
            command, check=True, capture_output=True, text=True, timeout=60
        ).stdout.strip()


def _ours(name: str, title: str, *options: str) -> Contestant:
    return Contestant(name, title, (str(SWIFT / "engine-client"), *options))


ALL = {
    contestant.name: contestant
    for contestant in (
        Contestant("c", "blocking C", (str(BIN / "blocking"),)),
        _ours("ours", "ours, on the loop", "--from", "loop"),
        _ours("ours-task", "ours, from a task", "--from", "task"),
        _ours("ours-poll", "ours, polling 50 µs", "--from", "loop", "--busy-poll", "50"),
        Contestant("libuv", "C on libuv", (str(BIN / "libuv"),)),
        Contestant("libcurl", "libcurl", (str(BIN / "libcurl"),)),
        Contestant("go", "Go net/http", (str(BIN / "go-compare"),), 2),
        Contestant("ahc", "AsyncHTTPClient", (str(SWIFT / "ahc-load"),), 10),
        Contestant("aiohttp", "aiohttp", (*PYTHON, str(PEERS / "python/aiohttp_load.py")), 20),
        Contestant("httpx", "httpx", (*PYTHON, str(PEERS / "python/httpx_load.py")), 60),
    )
}
OURS = ("ours", "ours-task", "ours-poll")
FLOOR = "c"
