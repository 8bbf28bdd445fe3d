"""Makes compare.md of a run's lines, and the table of aims in README.md."""

from pathlib import Path

from . import aims, contestants, plots, works
from .results import Results

MARKS = ("<!-- compare: begin -->", "<!-- compare: end -->")


def report(lines: Path, markdown: Path, readme: Path | None) -> None:
    """Writes the tables and draws the plots."""
    results = Results(lines)
    table = _aims(results)
    images = plots.draw(results, markdown.with_suffix(""))
    sections = ["# This client beside others", _about(results), "## Aims", table]
    sections += [f"![{title}]({path.name})" for title, path in images]
    for work in results.works():
        sections += [f"## {work.title[0].upper()}{work.title[1:]}", _work(results, work)]
    if results.counts:
        sections += ["## Counted, a sequential raw request", _counts(results)]
    if results.parser:
        sections += ["## Response parser", results.parser.strip()]
    markdown.write_text("\n\n".join(sections) + "\n", encoding="utf-8")
    if readme is not None:
        _write_between_marks(readme, f"{table}\n\n{_machine(results)}")


def _write_between_marks(file: Path, text: str) -> None:
    before, first, rest = file.read_text(encoding="utf-8").partition(MARKS[0])
    _, second, after = rest.partition(MARKS[1])
    if not first or not second:
        raise SystemExit(f"{file} has no marks {MARKS[0]} and {MARKS[1]}")
    file.write_text(f"{before}{first}\n{text}\n{second}{after}", encoding="utf-8")


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _table(head: list[str], rows: list[list[str]]) -> str:
    return "\n".join([_row(head), _row(["---"] * len(head)), *map(_row, rows)])


def _machine(results: Results) -> str:
    machine = results.about["machine"]
    text = (
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gib']} GiB, Linux "
        f"{machine['kernel']}, {machine['system']}; load {machine['load_before']} before the run; "
        f"medians of {results.about['rounds']} interleaved rounds."
    )
    if results.about["quick"]:
        text += " **A quick run: too short to conclude from.**"
    return text


def _about(results: Results) -> str:
    rows = [
        [contestants.ALL[name].title, version]
        for name, version in results.about["versions"].items()
    ]
    return "\n\n".join(
        [
            _machine(results),
            "Client and server run on one core, unless a title says otherwise. Ratios are medians "
            "of the ratios within each round. Latencies are those that callers see, with what they "
            "wait for a connection; in an open loop they count from when the request was due. Each "
            "client opens as many connections as it does by default, but for Go, which keeps as "
            "many as there are callers, and libuv, which has no pool of its own and gets 16. Where "
            "there are several callers, blocking C is one of them. libcurl serves its callers by "
            "curl_multi_poll.",
            _table(["client", "version"], rows),
        ]
    )


def _aims(results: Results) -> str:
    rows = []
    for aim in aims.ALL:
        found = aim.judge(results)
        text, verdict = (
            ("not measured", "")
            if found is None
            else (found[0], "met" if found[1] else "**missed**")
        )
        rows.append([aim.work, aim.text, text, verdict])
    return _table(["work", "aim", "ours", ""], rows)


# The columns of each kind of work: title, field, and how the figure is written.
def _us(value: float) -> str:
    return f"{value / 1e3:,.1f}"


def _whole(value: float) -> str:
    return f"{value:,.0f}"


TIMES = [
    ("p50, µs", "p50_ns", _us),
    ("p99, µs", "p99_ns", _us),
    ("p99.9, µs", "p999_ns", _us),
    ("max, µs", "max_ns", _us),
]
COSTS = [
    ("CPU µs a request", "cpu_us", lambda value: f"{value:,.1f}"),
    ("peak memory, KiB", "peak_kib", _whole),
]
COLUMNS = {
    "latency": (TIMES + COSTS, "p50_ns"),
    "rate": (
        [
            ("requests/s", "rate", _whole),
            ("requests a CPU second", "per_cpu_second", _whole),
            *TIMES,
            *COSTS,
        ],
        "rate",
    ),
    "idle": (
        [
            ("resident bytes a connection", "resident_per_connection", _whole),
            ("heap bytes a connection", "heap_per_connection", _whole),
        ],
        "",
    ),
}


def _columns(work: works.Work) -> tuple[list, str]:
    if work.shows != "throughput":
        return COLUMNS[work.shows]
    speed = ("MB/s", "rate", lambda rate: f"{rate * work.size / 1e6:,.0f}")
    growth = ("memory grew by, KiB", "growth_kib", _whole)
    cost = ("CPU ms a body", "cpu_us", lambda value: f"{value / 1e3:,.2f}")
    return [speed, ("p50, µs", "p50_ns", _us), cost, growth], "rate"


def _work(results: Results, work: works.Work) -> str:
    columns, compared = _columns(work)
    names = results.contestants(work.name)
    has_floor = compared and contestants.FLOOR in names
    rows = []
    for name in names:
        values = [(results.median(work.name, name, field), text) for _, field, text in columns]
        cells = ["" if value is None else text(value) for value, text in values]
        if has_floor:
            ratio = results.ratio(work.name, compared, name, contestants.FLOOR)
            cells.append("" if ratio is None else f"{ratio:.2f}")
        rows.append([contestants.ALL[name].title, *cells])
    head = ["client", *(title for title, _, _ in columns)]
    if has_floor:
        head.append("p50 ÷ C" if compared == "p50_ns" else "÷ C")
    return _table(head, rows)


def _counts(results: Results) -> str:
    kinds = [kind for kind in works.COUNTS if any(work == kind for work, _ in results.counts)]
    rows = []
    for name, contestant in contestants.ALL.items():
        values = [results.counts.get((kind, name)) for kind in kinds]
        if any(value is not None for value in values):
            rows.append([contestant.title, *("" if v is None else f"{v:,.2f}" for v in values)])
    titles = {
        "syscalls": "system calls",
        "allocations": "allocations",
        "instructions": "instructions outside the kernel",
    }
    return _table(["client", *(titles[kind] for kind in kinds)], rows)
