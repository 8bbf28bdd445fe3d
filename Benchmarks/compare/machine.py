"""Where the figures come from."""

import os
import platform
import re
from pathlib import Path


def describe() -> dict[str, str | int]:
    """The processor, its cores, the kernel and the system."""
    model = re.search(r"^model name\s*:\s*(.+)$", _read("/proc/cpuinfo"), re.MULTILINE)
    system = re.search(r'^PRETTY_NAME="(.+)"$', _read("/etc/os-release"), re.MULTILINE)
    memory = re.search(r"^MemTotal:\s+(\d+)", _read("/proc/meminfo"), re.MULTILINE)
    return {
        "processor": model[1] if model else platform.machine(),
        "cores": os.cpu_count() or 0,
        "memory_gib": round(int(memory[1]) / 2**20) if memory else 0,
        "kernel": platform.release(),
        "system": system[1] if system else platform.system(),
        "load_before": round(os.getloadavg()[0], 2),
    }


def _read(path: str) -> str:
    return Path(path).read_text(encoding="utf-8")
