"""What working days have room for, and cost as they fill, as rows of a program."""

from __future__ import annotations

import math

import numpy as np

from domroute.offers.dayroom import DayCharges
from domroute.offers.daysleft import SLACK
from domroute.offers.priced import Offers
from domroute.sourcing.arraymodel import ArrayModel
from domroute.sourcing.byday import entries_of
from domroute.sourcing.variables import Formulation
from domroute.units import FloatArray


def add_days(made: Formulation, offers: Offers) -> None:
    """Let no working day have more work than it has room for, and charge for it."""
    if offers.days is None:
        return
    table, model = made.table, made.model
    limit = offers.days.left + SLACK
    offer, row, (per_line, per_unit, per_work) = entries_of(table)
    whole = np.ones(len(limit), bool)
    whole[row[per_work > 0]] = False
    limit = np.where(whole, np.floor(limit), limit)
    rows = model.add_rows(len(limit), upper=limit)
    charged = _Charged(model, offers.days.charges)
    lines = (table.units > 0).sum(axis=1)
    units = table.units.sum(axis=1)
    work: FloatArray = np.broadcast_to(units[:, None], table.limit.shape)
    if offers.workload is not None:
        work = table.units @ offers.workload[:, table.node]
    for at in range(len(offer)):
        mine = np.flatnonzero(made.offer == offer[at])
        atom, day = made.atom[mine], int(row[at])
        if per_line[at]:
            amount, columns = lines[atom], made.present[mine]
        elif per_unit[at]:
            amount, columns = units[atom], made.takes[mine]
        elif per_work[at]:
            amount, columns = work[atom, offer[at]], made.takes[mine]
        else:  # an order counts once on a day, which has room for it
            charged.add_once(day, int(made.ships[offer[at]]))
            continue
        for of in (int(rows[day]), *charged.rows.get(day, ())):
            model.add_entries(np.full(len(mine), of), columns, amount)


class _Charged:
    """
    Columns for what is beyond what days have free: prices rise, so that these do.

    Parameters
    ----------
    model
        The program.
    charges
        What is charged; None for nothing.
    """

    def __init__(self, model: ArrayModel, charges: DayCharges | None) -> None:
        self._model = model
        self._beyond: dict[int, list[tuple[float, int]]] = {}
        self.rows: dict[int, list[int]] = {}
        """The rows of the program, by those of days, to which work there is added."""
        if charges is None:
            return
        count = len(charges.row)
        over = model.add_columns(count, upper=math.inf, cost=charges.price, whole=False)
        rows = model.add_rows(count, upper=charges.free)
        model.add_entries(rows, over, -1.0)
        places = (charges.row, charges.free, over, rows)
        for day, free, column, row in zip(
            *(part.tolist() for part in places), strict=True
        ):
            self._beyond.setdefault(day, []).append((free, column))
            self.rows.setdefault(day, []).append(row)

    def add_once(self, day: int, ships: int) -> None:
        """Charge for what counts once there, by whichever of its shipments."""
        for free, column in self._beyond.get(day, ()):
            self._model.at_most([ships, column], [1.0, -1.0], free)
