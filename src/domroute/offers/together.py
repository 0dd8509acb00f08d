"""A delivery that comes on one date: its offers, once for each date it may come on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from domroute.offers.classes import Spread
from domroute.offers.laid import Laid
from domroute.promise.dated import Dates
from domroute.units import BoolArray, IntArray

_DAY = timedelta(days=1)


def by_date(
    spread: Spread,
    soonest: Dates,
    hold: Callable[[date], Dates],
    *,
    rises: bool,
) -> tuple[Spread, Dates]:
    """
    Lay offers out once for each date on which all of a plan may come.

    A plan comes on one of them, and takes what comes on it. Where nothing is gained by
    coming later, a date is left out on which nothing comes but what comes on some
    date before.

    Parameters
    ----------
    spread
        The offers.
    soonest
        Their dates, where each comes as soon as it may.
    hold
        Finds their dates where none may come before some date.
    rises
        Whether nothing is gained where the same comes later: no price falls, and no
        node sends enough only then.

    Returns
    -------
    Spread
        The offers, of each run by date, and then those that have no date that will do.
    Dates
        Of each.
    """
    fine = soonest.is_fine
    made = list(_dates(soonest, fine, hold, rises=rises))
    runs, at, of = [], [], []
    first = 0
    for run in spread.laid.runs:
        mine = np.arange(run.start, run.stop)
        parts = [(mine[on[mine]], k) for k, (_, on) in enumerate(made)]
        parts.append((mine[~fine[mine]], len(made)))
        for here, k in parts:
            if len(here):
                runs.append(slice(first, first + len(here)))
                first += len(here)
                at.append(here)
                of.append(np.full(len(here), k))
    nothing = np.empty(0, np.int64)
    where, which = (np.concatenate([nothing, *found]) for found in (at, of))
    found = _picked([*(dates for dates, _ in made), soonest], where, which)
    is_soonest = ~fine[where] | (found.day == soonest.day[where])
    if not rises:
        is_soonest = np.ones(len(where), bool)
    return _spread(spread, tuple(runs), where), replace(found, soonest=is_soonest)


def _dates(
    soonest: Dates,
    fine: BoolArray,
    hold: Callable[[date], Dates],
    *,
    rises: bool,
) -> Iterator[tuple[Dates, BoolArray]]:
    """Yield, date by date, the dates of offers, and which of them come on it."""
    if not fine.any():
        return
    last = int(soonest.day[fine].max())
    window, known = soonest.timetable.window, list[BoolArray]()
    dates, may = soonest, fine
    while may.any():
        day = int(dates.day[may].min())
        comes = may & (dates.day == day)
        if not rises or not any((comes <= other).all() for other in known):
            known.append(comes)
            yield dates, comes
        if rises and day >= last and (comes == fine).all():
            return
        # The next date on which anything may come at all.
        dates = hold(window.dates[day] + _DAY)
        may = fine & dates.is_fine


def _picked(tables: list[Dates], where: IntArray, which: IntArray) -> Dates:
    """Gather the dates of offers, each from its own table."""

    def pick(read: Callable[[Dates], IntArray]) -> IntArray:
        found: IntArray = np.array([read(table) for table in tables])[which, where]
        return found

    return Dates(
        way=pick(lambda table: table.way),
        since=pick(lambda table: table.since),
        leaves=pick(lambda table: table.leaves),
        arrives=pick(lambda table: table.arrives),
        day=pick(lambda table: table.day),
        until=pick(lambda table: table.until),
        lack=pick(lambda table: table.lack),
        timetable=tables[-1].timetable,
        late=None if tables[-1].late is None else pick(lambda table: table.days_late),
        starts=None if tables[-1].starts is None else tables[-1].starts[where],
        works=None if tables[-1].works is None else tables[-1].works[where],
    )


def _spread(spread: Spread, runs: tuple[slice, ...], where: IntArray) -> Spread:
    """Lay offers out anew, some of them several times."""
    laid, stocked = spread.laid, spread.stocked
    return Spread(
        Laid(
            runs=runs,
            service=laid.service[where],
            node=where if laid.node is None else laid.node[where],
            zone=laid.zone[where],
            carries=None if laid.carries is None else laid.carries[:, where],
        ),
        spread.since[where],
        None if stocked is None else stocked.only(where),
    )
