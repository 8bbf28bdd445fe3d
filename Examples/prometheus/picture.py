"""Scrapes a textfile as long as a process lives, and draws what the metrics did."""

import os
import sys
import time
from pathlib import Path

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt  # noqa: E402
from prometheus_client.parser import text_string_to_metric_families  # noqa: E402

INTERVAL = 0.5
STATES = {
    "healthy": "#2a9d5c",
    "recovering": "#e9b44c",
    "unready": "#8a6fb0",
    "broken": "#c8553d",
    "unknown": "#c9ced6",
}
Sample = dict[tuple[str, frozenset[tuple[str, str]]], float]


def scrape(path: Path) -> Sample:
    """All series of a file, by name and labels."""
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(path.read_text(encoding="utf-8"))
        for sample in family.samples
    }


def collect(path: Path, process: int) -> tuple[list[float], list[Sample]]:
    """A sample each interval, until the process ends."""
    start = time.monotonic()
    times: list[float] = []
    samples: list[Sample] = []
    while True:
        try:
            os.kill(process, 0)
            state = Path(f"/proc/{process}/stat").read_text(encoding="ascii").split()[2]
        except (ProcessLookupError, FileNotFoundError):
            break
        if state == "Z":
            break
        if path.exists():
            times.append(time.monotonic() - start)
            samples.append(scrape(path))
        time.sleep(INTERVAL)
    return times, samples


def total(sample: Sample, name: str, **labels: str) -> float:
    """The sum of a metric's series that have these labels."""
    wanted = set(labels.items())
    return sum(value for (key, has), value in sample.items() if key == name and wanted <= has)


def rates(times: list[float], values: list[float]) -> list[float]:
    """How fast a counter rose, from one sample to the next."""
    return [0.0] + [
        (after - before) / (end - start)
        for before, after, start, end in zip(values, values[1:], times, times[1:])
    ]


def quantile(before: Sample, after: Sample, share: float) -> float | None:
    """A quantile of the requests between two samples, from the buckets, as Prometheus has it."""
    name = "http_client_request_duration_seconds_bucket"
    buckets: dict[float, float] = {}
    for (key, labels), value in after.items():
        if key != name:
            continue
        limit = float(dict(labels)["le"].replace("+Inf", "inf"))
        buckets[limit] = buckets.get(limit, 0.0) + value - before.get((key, labels), 0.0)
    wanted = share * buckets.get(float("inf"), 0.0)
    if wanted == 0:
        return None
    low, count = 0.0, 0.0
    for limit, cumulated in sorted(buckets.items()):
        if cumulated >= wanted:
            if limit == float("inf"):
                return low
            return low + (limit - low) * (wanted - count) / (cumulated - count)
        low, count = limit, cumulated
    return None


def draw(times: list[float], samples: list[Sample], picture: Path) -> None:
    """Five panels over one time axis."""
    addresses = {dict(labels).get("server_address") for sample in samples for _, labels in sample}
    engines = sorted(address for address in addresses if address)
    names = {engine: f"engine {number}" for number, engine in enumerate(engines, 1)}
    colors = dict(zip(engines, ["#2c6fbb", "#d9822b"]))
    plt.rcParams.update({"font.size": 9, "svg.fonttype": "none", "svg.hashsalt": "metrics"})
    figure, axes = plt.subplots(
        5, 1, figsize=(8, 9.5), sharex=True, height_ratios=[3, 3, 3, 2, 1.4], layout="constrained"
    )
    rate, latency, connections, retries, health = axes

    for engine in engines:
        done = [
            total(s, "http_client_request_duration_seconds_count", server_address=engine)
            for s in samples
        ]
        rate.plot(times, rates(times, done), color=colors[engine], label=names[engine])
    rate.set(ylabel="requests/s", ylim=(0, None), title="http.client.request.duration: rate")

    for share, style in ((0.5, "-"), (0.9, "--"), (0.99, ":")):
        values = [None] + [
            quantile(before, after, share) for before, after in zip(samples, samples[1:])
        ]
        drawn = [float("nan") if value is None else value * 1_000 for value in values]
        latency.plot(times, drawn, style, color="#333333", label=f"p{share * 100:.0f}")
    latency.set(ylabel="ms", ylim=(0, None), title="http.client.request.duration: quantiles")

    for engine in engines:
        for state, style in (("active", "-"), ("idle", ":")):
            values = [
                total(
                    s, "http_client_open_connections", server_address=engine,
                    http_connection_state=state,
                )
                for s in samples
            ]
            connections.plot(
                times, values, style, color=colors[engine], label=f"{names[engine]}, {state}"
            )
    connections.set(ylabel="connections", ylim=(0, None), title="http.client.open_connections")

    for name, label, color in (
        ("engine_client_retries_total", "retries", "#8a6fb0"),
        ("engine_client_connect_failures_total", "failures to connect", "#c8553d"),
    ):
        values = rates(times, [total(s, name) for s in samples])
        retries.plot(times, values, color=color, label=label)
    retries.set(
        ylabel="1/s", ylim=(0, None),
        title="engine.client.retries and engine.client.connect.failures",
    )

    for row, engine in enumerate(engines):
        for start, end, sample in zip(times, times[1:], samples):
            for state, color in STATES.items():
                if total(
                    sample, "engine_client_endpoint_state", server_address=engine,
                    engine_endpoint_state=state,
                ):
                    health.barh(row, end - start, left=start, color=color, height=0.7)
    health.set(
        yticks=range(len(engines)), yticklabels=[names[engine] for engine in engines],
        title="engine.client.endpoint.state", xlabel="seconds", xlim=(0, times[-1]),
    )
    health.invert_yaxis()
    shown = [state for state in STATES if state != "unready"]
    handles = [plt.Rectangle((0, 0), 1, 1, color=STATES[state]) for state in shown]
    health.legend(
        handles, shown, loc="upper center", bbox_to_anchor=(0.5, -0.75), ncols=4, frameon=False
    )
    for axis in axes:
        axis.title.set(fontsize=9, ha="left", position=(0, 1))
        axis.spines[["top", "right"]].set_visible(False)
    for axis in (rate, latency, connections, retries):
        axis.grid(alpha=0.25)
        axis.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False)
    picture.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(picture, metadata={"Date": None})


def main() -> int:
    """Collects, and draws."""
    path, process, picture = sys.argv[1:]
    times, samples = collect(Path(path), int(process))
    if len(samples) < 4:
        print("too few samples", file=sys.stderr)
        return 1
    draw(times, samples, Path(picture))
    return 0


if __name__ == "__main__":
    sys.exit(main())
