"""OR-Library's instances as quoted orders: the published optimum, ours, and seconds."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from benchmarks.case import Case
from benchmarks.measure import clock
from benchmarks.published import (
    DATA,
    covering_case,
    covering_optima,
    facility_case,
    facility_optima,
)
from benchmarks.report import Table
from domroute import Status

_SHORT = {"cap41", "cap61", "cap71", "cap101", "cap131", "cap134"}
_LARGE = {"capa", "capb", "capc"}
_SHORT_COVERS = {"scp41", "scp42", "scp43", "scp510"}
_HEADER = ["instance", "published", "ours", "gap", "status", "method", "seconds"]


def or_library(*, full: bool) -> list[Table]:
    """Route every instance; another proven cost than the published one is a failure."""
    if not DATA.exists():
        return []
    facilities = [key for key in facility_optima() if key[0] not in _LARGE]
    large = [key for key in facility_optima() if key[0] in _LARGE and not key[2]]
    covers = [
        name for name in covering_optima() if name[:4] in ("scp4", "scp5", "scp6")
    ]
    if not full:
        facilities = [key for key in facilities if key[0] in _SHORT]
        covers = [name for name in covers if name in _SHORT_COVERS]
    return [
        _table(
            "Facility location",
            "cap41-cap134: a node per warehouse (16, 25 or 50), a line per customer "
            "(50); the limit is 30 s. Capacitated: capacity in units, lines split.",
            (
                (f"{key[0]} {key[1]}", lambda key=key: _facility(key))
                for key in facilities
            ),
            30.0,
        ),
        *(
            [
                _table(
                    "Facility location, large",
                    "capa-capc uncapacitated: 100 nodes, 1,000 lines; the limit is "
                    "120 s.",
                    ((key[0], lambda key=key: _facility(key)) for key in large),
                    120.0,
                )
            ]
            if full
            else []
        ),
        _table(
            "Set covering",
            "scp41-scp65: 200 lines of one unit over 1,000 or 2,000 nodes; the limit "
            "is 60 s.",
            ((name, lambda name=name: covering_case(name)) for name in covers),
            60.0,
        ),
    ]


def _facility(key: tuple[str, str, str]) -> Case:
    return facility_case(key[0], key[1], key[2] or "file")


def _table(
    title: str,
    about: str,
    cases: Iterable[tuple[str, Callable[[], Case]]],
    limit_s: float,
) -> Table:
    table = Table(title, about, _HEADER)
    count = proven = 0
    total_s = longest_s = 0.0
    for name, make in cases:
        case = make()
        result, took = clock(case.route, limit_s)
        near = abs(result.cost / case.optimum - 1) <= 1e-6
        assert near or result.status is Status.FEASIBLE, (
            name,
            result.cost,
            case.optimum,
        )
        count, proven = count + 1, proven + result.is_optimal
        total_s, longest_s = total_s + took, max(longest_s, took)
        table.rows.append(
            [
                name,
                f"{case.optimum:,.3f}",
                f"{result.cost:,.3f}",
                f"{result.gap:.2%}",
                str(result.status),
                result.method,
                f"{took:.2f}",
            ]
        )
    table.notes.append(
        f"{proven} of {count} at the published optimum and proven; {total_s:.0f} s "
        f"together, {longest_s:.1f} s the longest, router compiled within."
    )
    return table
