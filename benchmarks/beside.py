"""
Beside brute force: ``python -m benchmarks.beside KIND [--count N] [--first SEED]``.

Orders and waves are drawn from seeds and held to every plan there is, worked out from
the documentation alone by modules of ``tests``. A seed that differs is printed. Of
``dear`` orders, leaving one line costs up to a million and another nothing; of ``paid``
orders and waves a term of one's own pays for some of what is shipped; ``served`` orders
often do best by several services of one node; nodes of ``limited`` orders and waves
have several capacities, as those of every fourth of the others.

``dated`` orders have calendars, cut-offs, pick-ups and deadlines, and their dates are
held to a second program of them; so are waves, promises and scores of such. It is told
what share of the best plans does what it does because of dates: none may be nothing.

``stocked`` orders may wait besides for stock still to come, some or all of it; each is
routed by every exact method and shown to the judge. One in twenty of the best plans at
least must wait for stock, send some now and the rest later, and hold what only comes.

``daily`` orders and waves meet nodes with limits of each working day, some of it taken
already: work moves to a later day, or is divided over days; of ``loaded`` orders days
cost more as they fill. ``merging`` orders come together, and may do so at a hub;
``together`` orders come on one date, in worlds of three kinds in turn: with dates, with
stock still to come, and with limits of each working day.

``mixed`` orders have a line of every kind at once: two addresses, one at the curb, one
for the store, a kit, one that something else may fill, and one that may wait. It is
told what share of the best plans does what with them: none may be nothing.

``parcels`` orders hold goods that ship alone, keep apart in parcels of their own, or
need handling of nodes and services; each is routed by every exact method, alone and as
a wave, and shown to the judge.

``reroutes`` are orders that trouble after trouble befalls, booked as they go: what has
left is not touched, nothing is lost, it ends, and what is left costs no more than from
scratch, and what then would have moved. Open orders of ``backlogs`` are routed again
together, and the cost of each tier is held to every way there is.
"""

from __future__ import annotations

import argparse
import sys
import time
import traceback
import warnings
from collections import Counter
from importlib import import_module
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1] / "tests"
SHARE = "share "
"""Begins the names of counts that are shares of the best plans."""
OFTEN = 1000
"""Seeds between two lines that say how far it is."""
COUNTS = {
    "orders": 100_000,
    "dear": 10_000,
    "paid": 10_000,
    "served": 10_000,
    "limited": 10_000,
    "waves": 5_000,
    "paid-waves": 1_000,
    "limited-waves": 1_000,
    "dated": 20_000,
    "dated-waves": 1_000,
    "dated-promises": 1_000,
    "dated-scores": 500,
    "stocked": 10_000,
    "stocked-waves": 1_000,
    "daily": 5_000,
    "daily-waves": 500,
    "loaded": 1_000,
    "merging": 600,
    "together": 1_500,
    "mixed": 200,
    "parcels": 2_000,
    "reroutes": 1_000,
    "backlogs": 1_000,
}
"""Seeds of each kind, unless told."""
_ROOMS = {
    "daily": ("beside_daily", "daily_beside"),
    "daily-waves": ("beside_daily", "daily_wave_beside"),
    "loaded": ("beside_daily", "loaded_beside"),
    "merging": ("beside_merging", "merging_beside"),
    "together": ("beside_together", "together_beside"),
    "mixed": ("beside_mixed", "mixed_beside"),
    "parcels": ("beside_parcels", "parcels_beside"),
    "reroutes": ("beside_reroutes", "reroute_beside"),
    "backlogs": ("backlogs", "backlog_beside"),
}
"""Kinds of one function: the module it is in, and what runs a seed."""


def tried(kind, seed, counts):
    """Run one seed; return what differs, in sentences."""
    try:
        return list(_ways(kind, seed, counts))
    except Exception:  # noqa: BLE001 - whatever it is, it is a difference
        return [traceback.format_exc(limit=-4)]


def _ways(kind, seed, counts):
    """Run a seed of any kind."""
    if kind in _ROOMS:
        room, name = _ROOMS[kind]
        return getattr(import_module(room), name)(seed, counts)
    if kind.startswith("dated"):
        return _dated(kind, seed, counts)
    if kind.startswith("stocked"):
        return _stocked(kind, seed, counts)
    return _orders(kind, seed, counts)


def _orders(kind, seed, counts):
    """Run a seed of what has no dates."""
    beside, worlds = import_module("beside"), import_module("worlds")
    is_limited = seed % 4 == 3
    if kind == "waves":
        draw = beside.limited_wave if is_limited else beside.drawn_wave
        return beside.wave_beside(seed, counts, draw=draw)
    if kind.endswith("-waves"):
        draw = getattr(beside, f"{kind.removesuffix('-waves')}_wave")
        return beside.wave_beside(seed, counts, draw=draw)
    if kind == "orders":
        # Words of every third: some 66,000 nodes and 50,000 reasons of 100,000.
        draw, words = worlds.limited_world if is_limited else worlds.world, seed % 3
        return beside.order_beside(seed, counts, words=not words, draw=draw)
    draw = getattr(worlds, f"{kind}_world")
    return beside.order_beside(seed, counts, draw=draw)


def _dated(kind, seed, counts):
    """Run a seed of what has dates; of orders every fifth is explained too."""
    dated = import_module("beside_dated")
    if kind == "dated":
        return dated.dated_beside(seed, counts, words=seed % 5 == 0)
    asked = {
        "dated-waves": dated.dated_wave_beside,
        "dated-promises": dated.dated_promise_beside,
        "dated-scores": dated.dated_score_beside,
    }
    return asked[kind](seed, counts)


def _stocked(kind, seed, counts):
    """Run a seed of what may wait for stock; of orders every fifth is explained too."""
    stocked = import_module("beside_stocked")
    if kind == "stocked":
        return stocked.stocked_beside(seed, counts, words=seed % 5 == 0)
    return stocked.stocked_wave_beside(seed, counts)


def told(counts, differences, started):
    """Say what was looked at so far."""
    rows = sorted(row for row in counts.items() if not row[0].startswith(SHARE))
    seen = ", ".join(f"{count:,} {name}" for name, count in rows)
    seconds = time.process_time() - started
    shares = "".join(
        f"\n  {share:6.1%} of the best plans {name}"
        for name, share in shares_in(counts)
    )
    return f"{differences} differences in {seen}; {seconds:,.0f} s of CPU{shares}"


def shares_in(counts):
    """List of what share of the best plans something is so."""
    kinds = ("dated", "stocked", "daily", "merging", "mixed")
    best = max(1, sum(counts[f"{kind} optimal"] for kind in kinds))
    rows = sorted(row for row in counts.items() if row[0].startswith(SHARE))
    return [(name.removeprefix(SHARE), count / best) for name, count in rows]


def avoided(counts):
    """List what too few of the best plans do: what is drawn avoids it."""
    least = import_module("stocked_shares").LEAST
    return [
        name
        for name, share in shares_in(counts)
        if not share or share < least.get(name, 0.0)
    ]


def main() -> int:
    """Run seeds; print those that differ, and the counts."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.beside")
    parser.add_argument("kind", choices=COUNTS)
    usual = ", ".join(f"{count:,} {kind}" for kind, count in COUNTS.items())
    parser.add_argument("--count", type=int, help=usual)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    asked = parser.parse_args()
    count = asked.count or COUNTS[asked.kind]
    sys.path.insert(0, str(TESTS))
    warnings.simplefilter("error", RuntimeWarning)  # of a bound that a plan contradicts
    counts, differences, started = Counter(), 0, time.process_time()
    for at in range(count):
        seed = asked.first + at
        for sentence in tried(asked.kind, seed, counts):
            differences += 1
            print(f"seed {seed}: {sentence}", flush=True)
        if at % OFTEN == OFTEN - 1 and at + 1 < count:
            print(f"{at + 1:,}: {told(counts, differences, started)}", flush=True)
    print(f"all {count:,}: {told(counts, differences, started)}")
    if count >= min(OFTEN, COUNTS[asked.kind]):
        for name in avoided(counts):
            differences += 1
            print(f"too few of the best plans {name}")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
