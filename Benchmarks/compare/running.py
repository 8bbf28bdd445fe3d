"""Starts the server, and runs one client at a time."""

import json
import os
import resource
import subprocess
import tempfile
from pathlib import Path

import numpy
from hdrh.histogram import HdrHistogram

from .contestants import BIN, ROOT, Contestant

UNAVAILABLE = 69
TRANSCRIPTS = ROOT / "Sources/EngineTesting/Fixtures/transcripts.json"
TIMEOUT = 300


class Unavailable(Exception):
    """The client says that it can't do this."""


class Failed(Exception):
    """A client failed, or gave a wrong answer."""


def on_core(core: int | None, command: list[str]) -> list[str]:
    """The command, pinned to a core."""
    return command if core is None else ["taskset", "-c", str(core), *command]


class Server:
    """The fixed server, on a core of its own or on the clients'."""

    def __init__(self, core: int | None) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self.folder = Path(self._folder.name)
        self.socket = self.folder / "server.sock"
        status = self.folder / "status.json"
        exchanges = json.loads(TRANSCRIPTS.read_text(encoding="utf-8"))
        response = next(one["response"] for one in exchanges if one["name"] == "status")
        status.write_text(response.split("\r\n\r\n", 1)[1], encoding="latin-1")
        command = on_core(core, [str(BIN / "fixed_server"), str(self.socket), str(status)])
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        if self._process.stdout is None or self._process.stdout.readline() != "listening\n":
            raise Failed("the server did not start")

    def cpu_seconds(self) -> float:
        """What the server has used of its core."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text(encoding="ascii")
        user, system = fields.rsplit(")", 1)[1].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def check(self) -> None:
        """Tells a dead server from a client that failed."""
        try:
            # A client can notice before the system tells.
            status = self._process.wait(timeout=0.5)
        except subprocess.TimeoutExpired:
            return
        raise Failed(f"the server ended with {status}")

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()
        self._folder.cleanup()


def allow_many_files() -> None:
    """A thousand connections need descriptors, on both sides."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def launch(
    contestant: Contestant,
    arguments: list[str],
    server: Server,
    core: int | None,
    around: tuple[str, ...] = (),
    environment: dict[str, str] | None = None,
) -> dict:
    """Runs a client, under another command when one is given; answers with its line."""
    out = server.folder / "times"
    command = on_core(core, [*around, *contestant.command, *arguments])
    command += ["--socket", str(server.socket), "--out", str(out)]
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            check=False,
            env=os.environ | (environment or {}),
        )
    except subprocess.TimeoutExpired as error:
        raise Failed(f"{contestant.name}: not done after {TIMEOUT} s: {command}") from error
    if done.returncode == UNAVAILABLE:
        raise Unavailable(done.stderr.strip())
    if done.returncode != 0:
        server.check()
        raise Failed(
            f"{contestant.name}: exit {done.returncode}: {' '.join(command)}\n{done.stderr[-2000:]}"
        )
    return json.loads(done.stdout.splitlines()[-1])


def times(server: Server) -> HdrHistogram:
    """The times of the last run, in nanoseconds."""
    histogram = HdrHistogram(1, 600_000_000_000, 3)
    values, counts = numpy.unique(
        numpy.fromfile(server.folder / "times", dtype="<u8"), return_counts=True
    )
    for value, count in zip(values.tolist(), counts.tolist(), strict=True):
        histogram.record_value(max(1, value), count)
    return histogram


def measure(contestant: Contestant, arguments: list[str], server: Server, core: int | None) -> dict:
    """One run, with the quantiles of its times."""
    before = server.cpu_seconds()
    result = launch(contestant, arguments, server, core)
    result["server_seconds"] = round(server.cpu_seconds() - before, 3)
    histogram = times(server)
    if histogram.get_total_count() != result["requests"]:
        raise Failed(f"{contestant.name}: {histogram.get_total_count()} times were written")
    for name, quantile in (("p50", 50), ("p90", 90), ("p99", 99), ("p999", 99.9), ("max", 100)):
        result[f"{name}_ns"] = histogram.get_value_at_percentile(quantile)
    return result
