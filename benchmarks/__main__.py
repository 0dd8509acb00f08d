"""Run the benchmarks: ``python -m benchmarks [--full] [--only TABLE ...]``."""

from __future__ import annotations

import argparse
import datetime as dt
from pathlib import Path

from benchmarks.measure import machine, versions
from benchmarks.report import write
from benchmarks.tables.batch import batch
from benchmarks.tables.growth import growth
from benchmarks.tables.latency import latency
from benchmarks.tables.loading import loading
from benchmarks.tables.or_library import or_library
from benchmarks.tables.quality import above_optimum
from benchmarks.tables.wide import wide_orders

TABLES = {
    "latency": latency,
    "quality": above_optimum,
    "or-library": or_library,
    "wide": wide_orders,
    "batch": batch,
    "growth": growth,
    "loading": loading,
}
RESULTS = Path(__file__).parent / "results"


def main() -> None:
    """Make the tables, print each as it is done, and keep them."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--full", action="store_true", help="everything; about forty minutes"
    )
    parser.add_argument(
        "--only",
        nargs="+",
        choices=TABLES,
        default=list(TABLES),
        metavar="TABLE",
        help=f"some of {', '.join(TABLES)}; nothing is kept then",
    )
    asked = parser.parse_args()
    tables = []
    for name in asked.only:
        for table in TABLES[name](full=asked.full):
            print(table.to_markdown(), flush=True)
            tables.append(table)
    if set(asked.only) == set(TABLES):
        command = f"python -m benchmarks{' --full' if asked.full else ''}"
        today = dt.datetime.now(dt.UTC).date()
        facts = [f"{today:%d %B %Y}, `{command}`", machine(), versions()]
        RESULTS.mkdir(exist_ok=True)
        kept = RESULTS / "latest.md"
        kept.write_text(write("Latest results", facts, tables), encoding="utf-8")
        print(f"kept in {kept.name}")


if __name__ == "__main__":
    main()
