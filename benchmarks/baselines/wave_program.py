r"""
A whole wave as one integer program: the textbook model, at exactly our costs.

A variable :math:`z_{onp}` for each order, node and content that could leave it, and the
units :math:`y_l` of each line that are left,

.. math::

   \min \sum c_{onp} z_{onp} + \sum_l b\, y_l \quad\text{so that}\quad
   \sum_{np} u_{pl} z_{onp} + y_l = q_l \;\; \forall l, \quad
   \sum_p z_{onp} \le 1 \;\; \forall o, n

and so that no cell of a SKU at a node, and no node, gives more than it has. Choosing
among contents makes the stepwise tariff exact, and the relaxation as tight as it can be
for each shipment.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from benchmarks.baselines.contents import Contents
from benchmarks.baselines.pricing import Prices, Takes
from benchmarks.case import Stream


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """
    Minimize ``cost @ x`` so that ``low <= A x <= high``, all of it in whole numbers.

    Attributes
    ----------
    cost, upper
        Of the variables, which start at zero; shape ``(C,)``.
    choices
        How many of them, the first ones, are yes or no; the others follow from them.
    row, column, value
        The entries of ``A``, sorted by row; shape ``(E,)``.
    low, high
        Of the rows; shape ``(M,)``.
    """

    cost: np.ndarray
    upper: np.ndarray
    choices: int
    row: np.ndarray
    column: np.ndarray
    value: np.ndarray
    low: np.ndarray
    high: np.ndarray


class WaveProgram:
    """
    The program of a wave, and the way from its variables to plans and back.

    Attributes
    ----------
    program
        The arrays.
    """

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._prices = Prices(stream)
        self._gather(Contents(self._prices))
        self.program = self._build()

    def _gather(self, contents: Contents) -> None:
        """List all that could be chosen, order by order; and what each would take."""
        found: dict[str, list[np.ndarray]] = {
            name: [] for name in ("order", "node", "cost", "choice", "line", "units")
        }
        wanted: list[int] = []
        skus: list[int] = []
        at_sku = {sku: k for k, sku in enumerate(self._prices.available)}
        choices = 0
        for o, order in enumerate(self._stream.orders):
            listed = contents.listed(order)
            node, content = np.nonzero(listed.fits)
            taken = listed.units[content]
            choice, line = np.nonzero(taken)
            found["order"].append(np.full(len(node), o))
            found["node"].append(node)
            found["cost"].append(listed.cost[node, content])
            found["choice"].append(choice + choices)
            found["line"].append(line + len(wanted))
            found["units"].append(taken[choice, line])
            choices += len(node)
            wanted += [line.quantity for line in order.lines]
            skus += [at_sku[line.sku] for line in order.lines]
        self._order, self._node, self._cost, self._choice, self._line, self._units = (
            np.concatenate(parts) for parts in found.values()
        )
        self._wanted, self._sku = np.array(wanted), np.array(skus)
        self._first = np.cumsum([0, *(len(o.lines) for o in self._stream.orders)])
        self._penalty = contents.penalty

    def _build(self) -> Program:
        count, lines, N = len(self._cost), len(self._wanted), len(self._prices.nodes)
        rows = _Rows()
        rows.add(
            np.concatenate((self._line, np.arange(lines))),
            np.concatenate((self._choice, count + np.arange(lines))),
            np.concatenate((self._units, np.ones(lines, np.int64))),
            low=self._wanted,
            high=self._wanted,
        )
        used, pair = np.unique(self._order * N + self._node, return_inverse=True)
        rows.add(pair, np.arange(count), 1, low=0, high=np.ones(len(used), np.int64))
        stock = np.array(list(self._prices.available.values())).ravel()
        cell = self._sku[self._line] * N + self._node[self._choice]
        used, place = np.unique(cell, return_inverse=True)
        rows.add(place, self._choice, self._units, low=0, high=stock[used])
        load = np.zeros(count, np.int64)
        np.add.at(load, self._choice, self._units)
        limited = np.flatnonzero(np.isfinite(self._prices.room[self._node]))
        used, place = np.unique(self._node[limited], return_inverse=True)
        room = np.floor(self._prices.room[used]).astype(np.int64)
        rows.add(place, limited, load[limited], low=0, high=room)
        return rows.program(
            cost=np.concatenate((self._cost, np.full(lines, self._penalty))),
            upper=np.concatenate((np.ones(count, np.int64), self._wanted)),
            choices=count,
        )

    def values_of(self, plans: list[Takes]) -> np.ndarray:
        """Turn the plans of all orders into values of the variables."""
        values = np.zeros(len(self.program.cost), np.int64)
        key = np.stack((self._line, self._units), axis=1)
        starts = np.searchsorted(self._choice, np.arange(self.program.choices + 1))
        where: dict[tuple, int] = {}
        for at in range(self.program.choices):
            content = key[starts[at] : starts[at + 1]]
            where[int(self._node[at]), *map(tuple, content.tolist())] = at
        left = self._wanted.copy()
        for o, takes in enumerate(plans):
            packed: dict[int, list[tuple[int, int]]] = {}
            for (line, n), units in sorted(takes.items()):
                packed.setdefault(n, []).append((int(self._first[o]) + line, units))
                left[self._first[o] + line] -= units
            for n, content in packed.items():
                values[where[n, *content]] = 1
        values[self.program.choices :] = left
        return values

    def plans_of(self, values: np.ndarray) -> list[Takes]:
        """Read what each order takes."""
        plans: list[dict[tuple[int, int], int]] = [{} for _ in self._stream.orders]
        # What is left of a line follows from what is taken, which is yes or no.
        chosen = np.flatnonzero(values[self._choice] > 0.5)
        for at in chosen.tolist():
            choice = self._choice[at]
            o, n = int(self._order[choice]), int(self._node[choice])
            plans[o][int(self._line[at] - self._first[o]), n] = int(self._units[at])
        return plans


@dataclass(slots=True, eq=False)
class _Rows:
    """Constraints in the making."""

    entries: list[tuple[np.ndarray, ...]] = field(default_factory=list)
    low: list[np.ndarray] = field(default_factory=list)
    high: list[np.ndarray] = field(default_factory=list)
    count: int = 0

    def add(
        self,
        row: np.ndarray,
        column: np.ndarray,
        value: np.ndarray | int,
        *,
        low: np.ndarray | int,
        high: np.ndarray,
    ) -> None:
        """Add as many rows as there are upper limits."""
        entries = np.broadcast_arrays(row + self.count, column, value)
        self.entries.append(tuple(entries))
        self.low.append(np.broadcast_to(low, high.shape))
        self.high.append(high)
        self.count += len(high)

    def program(self, cost: np.ndarray, upper: np.ndarray, choices: int) -> Program:
        """Put the rows together."""
        row, column, value = (
            np.concatenate(part) for part in zip(*self.entries, strict=True)
        )
        order = np.argsort(row, kind="stable")
        return Program(
            cost=cost,
            upper=upper,
            choices=choices,
            row=row[order],
            column=column[order],
            value=value[order],
            low=np.concatenate(self.low),
            high=np.concatenate(self.high),
        )
