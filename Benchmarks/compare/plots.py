"""Draws a run's figures."""

from pathlib import Path

import matplotlib

from . import contestants
from .results import Results

matplotlib.use("svg")
from matplotlib import pyplot  # noqa: E402

# The same drawing of the same figures is the same file.
matplotlib.rcParams["svg.hashsalt"] = "compare"
matplotlib.rcParams["savefig.bbox"] = "tight"
OURS, OTHERS = "#d1495b", "#66788a"
QUANTILES = [
    ("p50_ns", "p50"),
    ("p90_ns", "p90"),
    ("p99_ns", "p99"),
    ("p999_ns", "p99.9"),
    ("max_ns", "max"),
]


def draw(results: Results, stem: Path) -> list[tuple[str, Path]]:
    """Draws what was measured; answers with titles and files."""
    images = []
    for work in results.works():
        if work.name in ("raw", "json", "two-cores"):
            images.append(_bars(results, work.name, work.title, stem))
        if work.name.startswith("open-"):
            images.append(_quantiles(results, work.name, work.title, stem))
    callers = [work for work in results.works() if work.name.startswith("callers-")]
    if callers:
        images.append(
            _lines(
                results,
                callers,
                "per_cpu_second",
                "callers",
                "callers",
                "requests a CPU second of the client",
                stem,
            )
        )
    for kind, title in (("download", "response body"), ("upload", "request body")):
        bodies = [w for w in results.works() if w.name.startswith(f"{kind}-") and w.size]
        if bodies:
            images.append(
                _lines(
                    results, bodies, "rate", kind, f"bytes of the {title}", "bytes a second", stem
                )
            )
    return images


def _save(figure: pyplot.Figure, stem: Path, name: str, title: str) -> tuple[str, Path]:
    path = stem.with_name(f"{stem.name}-{name}.svg")
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)
    return title, path


def _bars(results: Results, work: str, title: str, stem: Path) -> tuple[str, Path]:
    names = results.contestants(work)[::-1]
    times = [(results.median(work, name, "p50_ns") or 0) / 1e3 for name in names]
    colours = [OURS if name in contestants.OURS else OTHERS for name in names]
    figure, axes = pyplot.subplots(figsize=(7, 0.4 * len(names) + 1))
    bars = axes.barh([contestants.ALL[name].title for name in names], times, color=colours)
    axes.bar_label(bars, [f"{time:,.1f}" for time in times], padding=3)
    axes.set_xscale("log")
    axes.margins(x=0.15)
    axes.set_xlabel("p50, µs")
    axes.set_title(title)
    return _save(figure, stem, work, title)


def _style(name: str) -> dict:
    index = list(contestants.ALL).index(name)
    is_ours = name in contestants.OURS
    return {
        "label": contestants.ALL[name].title,
        "marker": "osD^vPX*<>"[index],
        "color": OURS if is_ours else f"C{index}",
        "linewidth": 2 if is_ours else 1.2,
        "linestyle": "--" if name == "ours-task" else "-",
    }


def _quantiles(results: Results, work: str, title: str, stem: Path) -> tuple[str, Path]:
    figure, axes = pyplot.subplots(figsize=(7, 4))
    for name in results.contestants(work):
        times = [(results.median(work, name, field) or 0) / 1e3 for field, _ in QUANTILES]
        axes.plot([text for _, text in QUANTILES], times, **_style(name))
    axes.set_yscale("log")
    axes.set_ylabel("µs since the request was due")
    axes.set_title(title)
    axes.legend(fontsize="small")
    return _save(figure, stem, work, title)


def _lines(
    results: Results, chosen: list, field: str, name: str, across: str, up: str, stem: Path
) -> tuple[str, Path]:
    figure, axes = pyplot.subplots(figsize=(7, 4))
    for contestant in contestants.ALL:
        points = []
        for work in chosen:
            value = results.median(work.name, contestant, field)
            if value is not None:
                x, scale = (work.size, work.size) if work.size else (work.callers, 1)
                points.append((x, value * scale))
        if points:
            axes.plot(*zip(*points, strict=True), **_style(contestant))
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel(across)
    axes.set_ylabel(up)
    title = f"{up}, by {across}"
    axes.set_title(title)
    axes.legend(fontsize="small")
    return _save(figure, stem, name, title)
