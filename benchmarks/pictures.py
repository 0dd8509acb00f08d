"""
Pictures of what the tables measured: how a gap closes, and how cost grows.

``python -m benchmarks --only waves growth-batch --raw FOLDER`` keeps what is drawn
here; then ``python -m benchmarks.pictures convergence FOLDER/waves.json FILE.svg`` and
``python -m benchmarks.pictures growth FOLDER/growth-batch.json FILE.svg``.
"""

from __future__ import annotations

import argparse
import json
import sys
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

from benchmarks.baselines.wave_ways import CHAINS, OURS, PROVING

Raw = dict[str, Any]
"""What ``--raw`` has kept of a table: facts, and rows."""

_COLORS = dict(zip(PROVING, ("#0b6e4f", "#c8553d", "#3d5a80"), strict=True))
_GRAY = "#8d99ae"
_FARTHEST = 0.45
"""What lies farther above or below the bound than this is not drawn."""
_APART = 0.02
"""Ways that lie closer together than this share one label."""
_PHASES = {
    "compile_s": "price the orders",
    "ask_s": "one ask at given prices",
    "conclude_s": "write and judge the plans",
}


def convergence(raw: Raw, path: Path, *, wave: str | None = None) -> None:
    """
    Draw bound and cost against time, one color for each way that proves a bound.

    Parameters
    ----------
    raw
        What the table of waves has kept.
    path
        Where to write; the ending says in which format.
    wave
        Its name in the table; the last one if not given, to which most time was given.
    """
    plt = _pyplot()
    row = next(
        row for row in reversed(raw["rows"]) if wave is None or row["wave"] == wave
    )
    ways = row["ways"]
    least = ways[OURS]["bound"]
    figure, axes = plt.subplots(figsize=(9, 4.5), layout="constrained")
    for name in PROVING:
        way, color = ways[name], _COLORS[name]
        for at, word, style in ((2, "cost", "-"), (1, "bound", "--")):
            points = [(p[0], p[at]) for p in way["curve"] if p[at] is not None]
            points = _extended(points, way[word], way["seconds"])
            if not points:
                continue
            axes.plot(
                [seconds for seconds, _ in points],
                [100 * (value / least - 1) for _, value in points],
                style,
                color=color,
                drawstyle="steps-post",
                label=f"{name}, {word}",
            )
    for names, heights in _chains(ways, least):
        for above in heights:
            axes.axhline(100 * above, color=_GRAY, linewidth=0.8, linestyle=":")
        axes.annotate(
            " / ".join(names),
            (0.01, 100 * heights[-1]),
            xycoords=("axes fraction", "data"),
            va="bottom",
            color=_GRAY,
            fontsize="small",
        )
    axes.set_xscale("log")
    axes.set_ylim(-100 * _FARTHEST / 4, 100 * _FARTHEST)
    axes.set_xlabel("seconds from the orders")
    axes.set_ylabel("% above our bound")
    axes.set_title(
        f"{row['wave']}\n(orders x nodes x SKUs, stock beside demand; seed)",
        fontsize="small",
    )
    figure.legend(loc="outside right upper", fontsize="small")
    _save(figure, raw, path)


def growth(raw: Raw, path: Path) -> None:
    """
    Draw seconds and memory of an order against each size, both axes logarithmic.

    Parameters
    ----------
    raw
        What the table of growth has kept.
    path
        Where to write; the ending says in which format.
    """
    plt = _pyplot()
    sweeps: dict[str, list[Raw]] = {}
    for row in raw["rows"]:
        sweeps.setdefault(row["what"], []).append(row)
    size = (3 * len(sweeps), 6)
    figure, grid = plt.subplots(
        2, len(sweeps), figsize=size, sharey="row", squeeze=False, layout="constrained"
    )
    for (what, rows), time_axes, memory_axes in zip(sweeps.items(), *grid, strict=True):
        sizes = [row["is"] for row in rows]
        for phase, words in _PHASES.items():
            known = [(row["is"], row) for row in rows if row[phase]]
            time_axes.plot(
                [size for size, _ in known],
                [1e6 * row[phase] / row["orders"] for _, row in known],
                marker="o",
                markersize=3,
                label=words,
            )
        taken = [
            1e3 * (row["peak_mb"] - row["before_mb"]) / row["orders"] for row in rows
        ]
        memory_axes.plot(sizes, taken, color=_GRAY, marker="o", markersize=3)
        memory_axes.set_xlabel(what)
        for axes in (time_axes, memory_axes):
            axes.set_xscale("log")
            axes.set_yscale("log")
            # The sizes that were measured, not powers of ten.
            axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
            axes.set_xticks([], minor=True)
            axes.grid(visible=True, which="major", linewidth=0.3)
    grid[0][0].set_ylabel("microseconds an order")
    grid[1][0].set_ylabel("peak memory, kB an order")
    lines, labels = grid[0][0].get_legend_handles_labels()
    figure.legend(lines, labels, loc="outside upper center", ncols=3, fontsize="small")
    _save(figure, raw, path)


def _chains(ways: Raw, least: float) -> list[tuple[list[str], list[float]]]:
    """Gather the ways that prove nothing, those of about one cost together."""
    found = sorted((ways[name]["cost"] / least - 1, name) for name in CHAINS)
    groups: list[tuple[list[str], list[float]]] = []
    for above, name in found:
        if above >= _FARTHEST:
            break
        if groups and above - groups[-1][1][0] < _APART:
            groups[-1][0].append(name)
            groups[-1][1].append(above)
        else:
            groups.append(([name], [above]))
    return groups


def _extended(
    points: list[tuple[float, float]], end: float | None, seconds: float
) -> list[tuple[float, float]]:
    """Go on to the end of the run, and leave out what is no better than before."""
    if end is not None:
        points = [*points, (seconds, end)]
    kept = points[:1]
    kept += [later for former, later in pairwise(points) if later[1] != former[1]]
    if points and kept[-1] != points[-1]:
        kept.append(points[-1])
    return kept


def _pyplot() -> ModuleType:
    """Load matplotlib, which nothing else here needs."""
    try:
        import matplotlib as mpl
    except ModuleNotFoundError:
        sys.exit("pictures need matplotlib, which is not installed")
    mpl.use("Agg")
    import matplotlib.pyplot as plt

    return plt


def _save(figure: Any, raw: Raw, path: Path) -> None:
    """Write the picture, the date and the machine under it."""
    figure.supxlabel("\n".join(raw["facts"]), fontsize="x-small", color=_GRAY)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path)


def main() -> None:
    """Draw one picture."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pictures")
    parser.add_argument("picture", choices=("convergence", "growth"))
    parser.add_argument("raw", type=Path, help="what --raw has kept")
    parser.add_argument("file", type=Path, help="where to write; SVG, PNG or PDF")
    parser.add_argument("--wave", help="which one, as the table names it")
    asked = parser.parse_args()
    raw = json.loads(asked.raw.read_text(encoding="utf-8"))
    if asked.picture == "growth":
        growth(raw, asked.file)
    else:
        convergence(raw, asked.file, wave=asked.wave)


if __name__ == "__main__":
    main()
