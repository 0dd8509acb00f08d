"""
The pricing of a wave spread over the workers of an executor: a map, and a reduce.

What a price step asks is asked of each order by itself, so the tables are cut into
pieces, and each piece is answered by whichever worker is free. Tables are large and
stay the same, prices are small and change: a worker keeps the tables of the pieces that
it has met, and says so where it lacks them; then they are sent along. Answers are put
together as :meth:`.PricingTable.solve` would have given them, bit for bit.

Any :class:`concurrent.futures.Executor` will do: threads, processes, or those of an
engine such as Dask's. Whatever goes wrong there, the wave is priced in this process
from then on: what is found can become slower, never other than it would have been.
"""

from __future__ import annotations

import threading
import time
import uuid
import warnings
import weakref
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field, fields, replace
from typing import Any, Final

import numpy as np

from domroute.batch.cells import Prices
from domroute.batch.tables import Picks, PricingTable
from domroute.sourcing.lattice import lattice_of
from domroute.units import FloatArray, IntArray

_KEPT: Final = 4
"""Waves of which a worker keeps tables; a batch has two, itself and seen narrowly."""

Found = list[tuple[FloatArray, Picks]]
"""Values and picks, by table or by stretch."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Orders that stand in a row in a table: its position, the first, and the end."""

    table: int
    begin: int
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class Cutting:
    """
    What a worker needs to know of a piece besides prices.

    It is cut from the tables when it is sent, so that no second copy of all
    tables is ever held here; and lattices, which are large, are built where they go.

    Attributes
    ----------
    stretches
        Whole tables, and from where to where they are cut.
    cells, rows
        The cells, and the rows of capacity, that occur, ascending: what is cut counts
        by these.
    """

    stretches: tuple[tuple[PricingTable, int, int], ...]
    cells: IntArray
    rows: IntArray

    @classmethod
    def of(
        cls, tables: Sequence[PricingTable], stretches: Iterable[Stretch]
    ) -> Cutting:
        """Note what to cut, and what occurs in it."""
        cuts = tuple((tables[s.table], s.begin, s.end) for s in stretches)
        cells, rows = [], []
        for table, begin, end in cuts:
            columns = _columns(table, begin, end)
            cells.append(np.unique(table.cell[:, columns]))
            rows.append(np.unique(table.row[:, columns]))
        return cls(
            cuts, np.unique(np.concatenate(cells)), np.unique(np.concatenate(rows))
        )

    def cut(self) -> tuple[PricingTable, ...]:
        """Make a table of each stretch."""
        tables, at = [], 0
        for table, begin, end in self.stretches:
            columns = _columns(table, begin, end)
            cell = self.cells.searchsorted(table.cell[:, columns])
            tables.append(
                replace(
                    table,
                    orders=table.orders[begin:end],
                    price=np.ascontiguousarray(table.price[:, columns]),
                    first=table.first[begin : end + 1] - columns.start,
                    node=table.node[columns].copy(),
                    cell=cell,
                    cell_at=at,
                    row=self.rows.searchsorted(table.row[:, columns]),
                    load=np.ascontiguousarray(table.load[:, :, columns]),
                    missing=np.ascontiguousarray(table.missing[:, begin:end]),
                )
            )
            at += cell.size
        return tuple(tables)

    def prices(self, prices: Prices) -> Prices:
        """Pick those prices that the piece asks for, in its own counting."""
        units, load = prices.units[self.cells], prices.load[self.rows]
        crowding = prices.crowding
        if crowding is None:
            return Prices.of(units, load)
        halves = []
        for table, begin, end in self.stretches:
            at = slice(table.cell_at, table.cell_at + table.cell.size)
            grid = crowding.halves[at].reshape(table.cell.shape)
            halves.append(grid[:, _columns(table, begin, end)].ravel())
        mine = replace(
            crowding,
            large_from=crowding.large_from[self.cells],
            half=crowding.half[self.cells],
            large=crowding.large[self.cells],
            halves=np.concatenate(halves),
        )
        return Prices.of(units, load, mine)

    def __reduce__(self) -> tuple[Any, ...]:
        return _unpack, ([_pack(table) for table in self.cut()],)


def _columns(table: PricingTable, begin: int, end: int) -> slice:
    return slice(int(table.first[begin]), int(table.first[end]))


_Packed = tuple[tuple[int, ...], dict[str, Any]]
"""The steps of the lattice, and everything else of a table."""


def _pack(table: PricingTable) -> _Packed:
    steps = tuple(int(step) for step in table.lattice.counts[-1])
    names = [one.name for one in fields(table) if one.name != "lattice"]
    return steps, {name: getattr(table, name) for name in names}


def _unpack(packed: list[_Packed]) -> Cutting:
    tables = [
        PricingTable(lattice=lattice_of(steps), **others) for steps, others in packed
    ]
    return Cutting.of(
        tables, [Stretch(i, 0, len(s.orders)) for i, s in enumerate(tables)]
    )


# --- in the worker -----------------------------------------------------------

_held: OrderedDict[str, dict[int, tuple[PricingTable, ...]]] = OrderedDict()
"""Tables of the pieces met, by wave; the wave asked for last stands last."""
_holding = threading.Lock()
"""An engine may run several tasks of a process at once."""


def price_piece(
    wave: str, piece: int, cutting: Cutting | None, prices: Prices, *, is_strict: bool
) -> Found | None:
    """
    Answer for a piece, in a worker; None if its tables are neither here nor given.

    Parameters
    ----------
    wave, piece
        Which piece of which wave.
    cutting
        Its tables, if they are sent along.
    prices
        Those that the piece asks for.
    is_strict
        As in :meth:`.PricingTable.solve`.
    """
    with _holding:
        held = _held.setdefault(wave, {})
        _held.move_to_end(wave)
        while len(_held) > _KEPT:
            _held.popitem(last=False)
        tables = held.get(piece)
    if tables is None:
        if cutting is None:
            return None
        tables = held[piece] = cutting.cut()
    return [table.solve(prices, is_strict=is_strict) for table in tables]


# --- in the process that asks ------------------------------------------------


@dataclass(slots=True, eq=False)
class Engine:
    """
    An executor, until it fails for the first time.

    Attributes
    ----------
    executor
        Where to price; it is not shut down here.
    patience_s
        Seconds after which a question without an answer has failed.
    fault
        What went wrong, if anything did.
    """

    executor: Executor
    patience_s: float
    fault: BaseException | None = None

    def spread(self, tables: Sequence[PricingTable], piece: int) -> Spread:
        """Cut tables into pieces of so many bundles, about."""
        return Spread(self, tuple(tables), cut_tables(tables, piece))

    def lose(self, fault: BaseException) -> None:
        """Give the executor up, and say why."""
        if self.fault is None:
            self.fault = fault
            text = str(fault) or "no more is known"
            warnings.warn(
                f"the executor failed ({type(fault).__name__}: {text}): the rest of "
                "the wave is priced in this process",
                RuntimeWarning,
                stacklevel=2,
            )


def cut_tables(tables: Sequence[PricingTable], piece: int) -> list[list[Stretch]]:
    """
    Cut tables into pieces: orders of one table, or of several that are small.

    Parameters
    ----------
    tables
        The tables.
    piece
        Bundles in a piece, about; an order is never cut.
    """
    pieces: dict[int, list[Stretch]] = {}
    before = 0
    for at, table in enumerate(tables):
        begins = before + len(table.price) * table.first
        before = int(begins[-1])
        # An order belongs to the piece in which its first bundle falls.
        numbers, firsts = np.unique(begins[:-1] // piece, return_index=True)
        ends = [*firsts[1:].tolist(), len(table.orders)]
        for number, begin, end in zip(
            numbers.tolist(), firsts.tolist(), ends, strict=True
        ):
            pieces.setdefault(number, []).append(Stretch(at, begin, end))
    return list(pieces.values())


@dataclass(slots=True, eq=False, weakref_slot=True)
class Spread:
    """
    What answers for all tables of a wave by an executor's workers.

    Workers remember them: the tables must not change any more.

    Attributes
    ----------
    pieces
        What each piece consists of.
    sent
        How many times the tables of a piece were sent.
    """

    engine: Engine
    tables: tuple[PricingTable, ...]
    pieces: list[list[Stretch]]
    sent: int = 0
    _wave: str = field(default_factory=lambda: uuid.uuid4().hex)
    _cuttings: list[Cutting] = field(init=False)

    def __post_init__(self) -> None:
        """Find what each piece asks for."""
        self._cuttings = [Cutting.of(self.tables, piece) for piece in self.pieces]
        # Threads keep their tables here, where nobody else would let go of them.
        weakref.finalize(self, _held.pop, self._wave, None)

    def __call__(self, prices: Prices, *, is_strict: bool) -> Found:
        """
        Answer for every table as :meth:`.PricingTable.solve` does.

        Warns
        -----
        RuntimeWarning
            If the executor fails; this process answers then, now and from then on.
        """
        if self.engine.fault is None:
            try:
                return self._joined(self._ask(prices, is_strict=is_strict))
            except Exception as fault:  # noqa: BLE001 - whatever it is, we can go on
                self.engine.lose(fault)
        return [table.solve(prices, is_strict=is_strict) for table in self.tables]

    def _ask(self, prices: Prices, *, is_strict: bool) -> list[Found]:
        """Ask for all pieces; for those whose tables a worker lacks, with them."""
        until = time.perf_counter() + self.engine.patience_s
        jobs: list[Future[Found | None]] = []

        def submit(at: int, *, with_cutting: bool) -> Future[Found | None]:
            cutting = self._cuttings[at]
            self.sent += with_cutting
            job = self.engine.executor.submit(
                price_piece, self._wave, at, cutting if with_cutting else None,
                cutting.prices(prices), is_strict=is_strict,
            )  # fmt: skip
            jobs.append(job)
            return job

        def wait(job: Future[Found | None]) -> Found | None:
            try:
                fault = job.exception(max(0.0, until - time.perf_counter()))
            except TimeoutError:
                patience = self.engine.patience_s
                raise TimeoutError(f"no answer within {patience:g} s") from None
            if fault is not None and not isinstance(fault, Exception):
                # What ends a worker, such as `SystemExit`, shall not end this process.
                raise RuntimeError(repr(fault)) from fault
            return job.result()

        is_first = self.sent == 0
        found: dict[int, Found] = {}
        again: dict[int, Future[Found | None]] = {}
        try:
            asked = [
                submit(at, with_cutting=is_first) for at in range(len(self._cuttings))
            ]
            for at, job in enumerate(asked):
                answer = wait(job)
                if answer is None:
                    again[at] = submit(at, with_cutting=True)
                else:
                    found[at] = answer
            for at, job in again.items():
                answer = wait(job)
                if answer is None:
                    raise RuntimeError(f"piece {at} has no answer")
                found[at] = answer
        finally:
            # Of no effect on what is done; the rest nobody waits for any more.
            for job in jobs:
                job.cancel()
        return [found[at] for at in range(len(self._cuttings))]

    def _joined(self, answers: list[Found]) -> Found:
        """Put the answers of the pieces together by table, in their counting."""
        values: list[list[FloatArray]] = [[] for _ in self.tables]
        picks: list[list[Picks]] = [[] for _ in self.tables]
        for piece, found in zip(self.pieces, answers, strict=True):
            for stretch, (value, mine) in zip(piece, found, strict=True):
                column = int(self.tables[stretch.table].first[stretch.begin])
                values[stretch.table].append(value)
                picks[stretch.table].append(
                    Picks(mine.order + stretch.begin, mine.part, mine.column + column)
                )
        return [
            (
                np.concatenate(value),
                Picks(
                    np.concatenate([p.order for p in some]),
                    np.concatenate([p.part for p in some]),
                    np.concatenate([p.column for p in some]),
                ),
            )
            for value, some in zip(values, picks, strict=True)
        ]
