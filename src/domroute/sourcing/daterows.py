"""Rows on when shipments leave and come: on one date, for a cause, enough on each."""

from __future__ import annotations

import numpy as np

from domroute.offers.priced import Offers
from domroute.promise.sending import NO_DAY
from domroute.sourcing.bysending import days_of_offers
from domroute.sourcing.causes import causes_of, has_moments, twins_of
from domroute.sourcing.variables import Formulation


def add_dates(made: Formulation) -> None:
    """One date for all that comes of a delivery, if so."""
    table, model = made.table, made.model
    for at, block in enumerate(table.blocks):
        if block.dates is None or not block.is_together:
            continue
        mine = made.ships[table.first[at] : table.first[at + 1]]
        days, on = np.unique(block.dates.day, return_inverse=True)
        comes = model.add_columns(len(days), upper=1)
        model.at_most(comes, 1.0, 1.0)
        rows = model.add_rows(len(mine), upper=0.0)
        model.add_entries(rows, mine, 1.0)
        model.add_entries(rows, comes[on], -1.0)


def add_causes(made: Formulation, offers: Offers) -> None:
    """Let shipments leave for something in them, and what leaves at once be one."""
    table, model = made.table, made.model
    for offers_alike in twins_of(table):
        model.at_most(made.ships[offers_alike], 1.0, 1.0)
    for at, block in enumerate(table.blocks):
        if not has_moments(block):
            continue
        first, end = int(table.first[at]), int(table.first[at + 1])
        here = ((first <= made.offer) & (made.offer < end)).nonzero()[0]
        offer = made.offer[here] - first
        present = table.units[:, block.lines] > 0
        for lines in causes_of(offers, block, slice(None)):
            asked = (~np.logical_and.reduce(lines, axis=0)).nonzero()[0]
            row_of = np.full(len(block.nodes), -1)
            row_of[asked] = model.add_rows(len(asked), upper=0.0)
            model.add_entries(row_of[asked], made.ships[first + asked], 1.0)
            mine = (row_of[offer] >= 0) & (present @ lines)[made.atom[here], offer]
            model.add_entries(row_of[offer[mine]], made.takes[here[mine]], -1.0)


def add_minimums_by_date(made: Formulation, offers: Offers) -> None:
    """Let enough leave a node on every date on which it sends anything."""
    if offers.minimums is None:
        return
    table, model = made.table, made.model
    day = days_of_offers(table)
    mine = np.flatnonzero((day != NO_DAY) & (offers.minimums[table.node] > 0))
    if not len(mine):
        return
    dates = int(day.max()) + 1
    keys, at = np.unique(table.node[mine] * dates + day[mine], return_inverse=True)
    sends = model.add_columns(len(keys), upper=1)
    rows = model.add_rows(len(mine), upper=0.0)
    model.add_entries(rows, made.ships[mine], 1.0)
    model.add_entries(rows, sends[at], -1.0)
    rows = model.add_rows(len(sends), lower=0.0)
    model.add_entries(rows, sends, -offers.minimums[keys // dates])
    row_of = np.full(len(day), -1)
    row_of[mine] = rows[at]
    here = row_of[made.offer] >= 0
    worth = table.value[made.atom[here]]
    model.add_entries(row_of[made.offer[here]], made.takes[here], worth)
