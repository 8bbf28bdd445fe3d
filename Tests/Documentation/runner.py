"""Runs blocks, each in a process of its own, and compares what they print."""

import os
import re
import signal
import subprocess
import tempfile
import threading
from pathlib import Path

from documents import Block

TIME_LIMIT = 30


def matches(expected: list[str], lines: list[str]) -> bool:
    """`…` in a line is any text, and alone in a line any number of lines."""
    pattern = ""
    for line in expected:
        if line.strip() == "…":
            pattern += r"(?:[^\n]*\n)*"
        else:
            pattern += r"[^\n]*".join(re.escape(part.rstrip()) if not part.strip() else re.escape(part)
                                      for part in line.split("…")) + r"\n"
    return re.fullmatch(pattern, "".join(line.rstrip() + "\n" for line in lines)) is not None


def run(command: list[str], block: Block, folder: Path, environment: dict[str, str]) -> str | None:
    """The failure, if there is one."""
    expected = block.expected
    lines: list[str] = []
    is_endless = "endless" in block.comments
    timed_out = threading.Event()
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, text=True,
            stdout=subprocess.PIPE, stderr=errors, start_new_session=True)
        assert process.stdout

        def end():
            timed_out.set()
            os.killpg(process.pid, signal.SIGKILL)

        timer = threading.Timer(TIME_LIMIT, end)
        timer.start()
        with process.stdout:
            for line in process.stdout:
                lines.append(line.rstrip("\n"))
                if is_endless and matches(expected, lines):
                    os.killpg(process.pid, signal.SIGTERM)
        status = process.wait()
        timer.cancel()
        errors.seek(0)
        said = errors.read().decode(errors="replace")
    shown = "\n".join("    " + line for line in lines)
    if timed_out.is_set():
        return f"it was still running after {TIME_LIMIT} s; it printed\n{shown}\n{said[-2000:]}"
    if status not in ((0, -signal.SIGTERM, 143) if is_endless else (0,)):
        return f"it failed with {status}; it printed\n{shown}\n{said[-2000:]}"
    if is_endless and not expected:
        return "a block that is endless must say what it prints"
    if not is_endless and not matches(expected, lines):
        wanted = "\n".join("    " + line for line in expected)
        return f"it printed\n{shown}\ninstead of\n{wanted}"
    return None


def commands(block: Block, tests: Path) -> list[list[str]]:
    if block.language == "sh":
        script = "\n".join([block.text("before"), block.code, block.text("after")])
        return [["bash", "-euo", "pipefail", "-c", script]]
    names = block.tests or [block.function]
    # Line by line, so that the output of an endless block is seen while it runs.
    return [["stdbuf", "-oL", str(tests), "--testing-library", "swift-testing",
             "--filter", rf"^{block.target}\.{name}\(\)"] for name in names]
