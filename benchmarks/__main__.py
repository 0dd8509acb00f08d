"""Run the benchmarks: ``python -m benchmarks [--full] [--only TABLE ...]``."""

from __future__ import annotations

import argparse
import datetime as dt
import json
from pathlib import Path

from benchmarks.measure import machine, versions
from benchmarks.report import Table, write
from benchmarks.tables.batch import batch
from benchmarks.tables.counting import counting
from benchmarks.tables.daily_waves import daily_waves
from benchmarks.tables.dated import dated
from benchmarks.tables.growth import growth
from benchmarks.tables.growth_batch import growth_batch
from benchmarks.tables.latency import latency
from benchmarks.tables.loading import loading
from benchmarks.tables.online import online
from benchmarks.tables.or_library import or_library
from benchmarks.tables.proofs import proofs
from benchmarks.tables.quality import above_optimum
from benchmarks.tables.rebalance import rebalance
from benchmarks.tables.replay import replay
from benchmarks.tables.waves import waves
from benchmarks.tables.wide import wide_orders

TABLES = {
    "latency": latency,
    "dated": dated,
    "quality": above_optimum,
    "proofs": proofs,
    "or-library": or_library,
    "wide": wide_orders,
    "batch": batch,
    "waves": waves,
    "daily-waves": daily_waves,
    "rebalance": rebalance,
    "replay": replay,
    "growth": growth,
    "growth-batch": growth_batch,
    "loading": loading,
    "counting": counting,
    "online": online,
}
RESULTS = Path(__file__).parent / "results"


def main() -> None:
    """Make the tables, print each as it is done, and keep them."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--full", action="store_true", help="everything; about two hours"
    )
    parser.add_argument(
        "--only",
        nargs="+",
        choices=TABLES,
        default=list(TABLES),
        metavar="TABLE",
        help=f"some of {', '.join(TABLES)}; nothing is kept then",
    )
    parser.add_argument(
        "--raw", type=Path, metavar="FOLDER", help="keep what pictures are drawn from"
    )
    asked = parser.parse_args()
    today = dt.datetime.now(dt.UTC).date()
    is_all = set(asked.only) == set(TABLES)
    some = "" if is_all else f" --only {' '.join(asked.only)}"
    command = f"python -m benchmarks{' --full' if asked.full else ''}{some}"
    facts = [f"{today:%d %B %Y}, `{command}`", machine(), versions()]
    tables: list[Table] = []
    for name in asked.only:
        made = TABLES[name](full=asked.full)
        for table in made:
            print(table.to_markdown(), flush=True)
        if asked.raw is not None:
            _keep_raw(asked.raw / f"{name}.json", facts, made)
        tables += made
    if is_all:
        RESULTS.mkdir(exist_ok=True)
        kept = RESULTS / "latest.md"
        kept.write_text(write("Latest results", facts, tables), encoding="utf-8")
        print(f"kept in {kept.name}")


def _keep_raw(path: Path, facts: list[str], tables: list[Table]) -> None:
    """Write what pictures of some tables are drawn from, if anything is."""
    rows = [row for table in tables for row in table.raw]
    if rows:
        path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps({"facts": facts, "rows": rows})
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
