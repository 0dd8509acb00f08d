"""
Many threads at one ledger: ``python -m benchmarks.storm [--threads N] [--rounds N]``.

Each thread reserves in every round, and then releases, commits, moves, lets expire,
applies or receives, what it or another thread has, at a switch interval of a
microsecond. Every change notes the state that it was made of and the one that it made.
They must be one line from the first state to the last: a state with two followers is a
change that was lost. A plain ledger then does the same in that order, and must come to
the same answers, the same refusals and, after every change, the same cells; promises
and capacity are compared after every fiftieth and the last.
"""

from __future__ import annotations

import argparse
import random
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from benchmarks.baselines.plain_ledger import Cell, PlainLedger, RefusedError
from domroute import Inbound, InputError, Inventory, Stock
from domroute.ledger import Scope
from domroute.ledger.chain import Chain
from domroute.plan import Content, Plan, Shipment

SWITCH_S = 1e-6
NODES = tuple(f"N{n}" for n in range(6))
SKUS = ("A", "B")
LIMITS = {("N0", "units"): 2000.0, ("N0", "orders"): 700.0, ("N1", "orders"): 500.0}
UNITS = 200
EACH = 50
"""After so many changes all promises are compared; cells after each."""
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@dataclass
class Change:
    """One call, the states before and after it, and what came of it."""

    name: str
    given: tuple
    before: object = None
    after: object = None
    answer: object = None
    codes: frozenset = frozenset()


class Witness(Chain):
    """A chain that notes which state each change was made of, and which it made."""

    def __init__(self, state):
        super().__init__(state)
        self.mine = threading.local()

    def change(self, make):
        """Change it, and note what was made of what."""
        note: Change = self.mine.note

        def noted(state):
            note.before = note.after = state
            made = make(state)
            note.after = made[0]
            return made

        return super().change(noted)


@dataclass
class Storm:
    """
    A ledger, and the threads at it.

    Parameters
    ----------
    seed
        What their luck begins with.
    threads, rounds
        How many there are, and what each of them does so many times.
    """

    seed: int
    threads: int
    rounds: int
    changes: list[list[Change]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    faults: list[BaseException] = field(default_factory=list)

    def __post_init__(self):
        self.ledger = Inventory(
            Stock(node=node, sku=sku, on_hand=UNITS, inbound=coming())
            for node in NODES
            for sku in SKUS
        )
        self.ledger.keep_to(Scope(NODES, (*SKUS, "C"), LIMITS))
        self.first = self.ledger.__getstate__()
        self.witness = Witness(self.first)
        self.ledger._chain = self.witness  # noqa: SLF001 - to see what changes make
        self.start = threading.Barrier(self.threads)

    def run(self):
        """Let all threads do their rounds, each round begun together."""
        before = sys.getswitchinterval()
        workers = [
            threading.Thread(target=self.work, args=(at, luck), daemon=True)
            for at, luck in enumerate(
                random.Random(1000 * self.seed + n) for n in range(self.threads)
            )
        ]
        self.changes = [[] for _ in workers]
        sys.setswitchinterval(SWITCH_S)
        try:
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
        finally:
            sys.setswitchinterval(before)
        if self.faults:
            raise self.faults[0]

    def work(self, at, luck):
        """Do the rounds of one thread."""
        try:
            for turn in range(self.rounds):
                self.start.wait()
                order = f"o{at}-{turn}"
                self.call(at, "reserve", *drawn_wish(luck, order, turn))
                self.call(at, *drawn_end(luck, order, turn, self.numbers))
        except BaseException as error:  # noqa: BLE001 - told by the thread that asks
            self.faults.append(error)
            self.start.abort()

    def call(self, at, name, *given):
        """Make one change, and note it."""
        note = self.witness.mine.note = Change(name, given)
        try:
            note.answer = CALLS[name](self.ledger, *given)
        except InputError as error:
            note.codes = frozenset(issue.code for issue in error.issues)
        self.changes[at].append(note)
        if name == "reserve" and not note.codes:
            self.numbers.extend(note.answer)


def coming():
    """Say what arrives later at each cell."""
    return tuple(Inbound(at=NOON + timedelta(days=n), quantity=9) for n in (1, 2))


def drawn_wish(luck, order, turn):
    """Draw what an order takes: one or two nodes, and until when it is held."""
    wanted = [
        (node, f"l{at}", luck.choice(SKUS), luck.randint(1, 3))
        for at, node in enumerate(luck.sample(NODES, luck.randint(1, 2)))
    ]
    late = timedelta(minutes=turn + luck.randint(0, 3))
    return order, wanted, NOON + late if luck.random() < 0.4 else None


def drawn_end(luck, order, turn, numbers):
    """Draw what comes then; of reservations those of any thread may be meant."""
    which = order if luck.random() < 0.5 or not numbers else luck.choice(numbers[-99:])
    units = {"l0": 1} if luck.random() < 0.3 else None
    node, sku = luck.choice(NODES), luck.choice((*SKUS, "C"))
    number = which if isinstance(which, int) else luck.randint(1, 99)
    return luck.choice(
        (
            ("commit", which, units),
            ("commit", which, units),
            ("release", which, units),
            ("move", number, node, units),
            ("move", number, node, units),
            ("expire", NOON + timedelta(minutes=turn)),
            ("add", [(n, sku, luck.randint(-9, 30)) for n in luck.choices(NODES, k=3)]),
            ("set", [(n, sku, luck.randint(0, 200)) for n in luck.sample(NODES, 2)]),
            ("receive", node, luck.choice(SKUS), luck.randint(1, 5)),
        )
    )


# --- the same by the ledger and by the clerk ------------------------------------------


def _reserve(ledger, order, wanted, until):
    shipments = tuple(
        Shipment(order, node, "ship", (Content(line, sku, units),))
        for node, line, sku, units in wanted
    )
    made = ledger.reserve(Plan(shipments), expires_at=until)
    return [one.number for one in made]


def _apply(ledger, counts, mode):
    nodes, skus, units = zip(*counts, strict=True)
    told = ledger.apply({"node": nodes, "sku": skus, "on_hand": units}, mode)
    return told.rows, {(x.node, x.sku): x.units for x in told.over_promised}


CALLS = {
    "reserve": _reserve,
    "release": lambda ledger, which, units: ledger.release(which, units),
    "commit": lambda ledger, which, units: ledger.commit(which, units),
    "move": lambda ledger, which, node, units: [
        one.number for one in ledger.move(which, node_id=node, units=units)
    ],
    "expire": lambda ledger, now: list(ledger.expire(now)),
    "add": lambda ledger, counts: _apply(ledger, counts, "add"),
    "set": lambda ledger, counts: _apply(ledger, counts, "set"),
    "receive": lambda ledger, node, sku, units: ledger.receive(node, sku, units),
}


def in_order(storm):
    """
    Put the changes in the order in which they were made; those that made none besides.

    Raises
    ------
    AssertionError
        If two follow one state, or one is left over: a change was lost, or made twice.
    """
    follower, beside = {}, {}
    for change in (change for some in storm.changes for change in some):
        if change.codes or change.after is change.before:
            beside.setdefault(id(change.before), []).append(change)
            continue
        twice = follower.setdefault(id(change.before), change)
        assert twice is change, f"two changes of one state: {twice}, {change}"
    state, ordered = storm.first, []
    while True:
        ordered += beside.pop(id(state), ())
        change = follower.pop(id(state), None)
        if change is None:
            break
        ordered.append(change)
        state = change.after
    assert not follower, "changes that are not on the line of states"
    assert not beside, "questions of states that are not on the line"
    assert state is storm.ledger.__getstate__(), "the last state was made by no change"
    return ordered


def cells_of(state):
    """Read the cells of a state, to be compared with the clerk's."""
    return {
        (row.node, row.sku): (
            row.on_hand,
            row.reserved,
            row.available,
            tuple((part.at, part.quantity) for part in row.inbound),
        )
        for row in state.stock
    }


def promises_of(state):
    """Read what a state has promised, and what of capacity is taken."""
    stock = state.stock
    held = {
        one.number: (
            one.order_id,
            one.node_id,
            {x.line_id: [x.sku, x.quantity] for x in one.contents},
            one.expires_at,
        )
        for one in state.book
    }
    loads = {(node, kind): stock.load(node, kind) for node, kind in LIMITS}
    return held, loads


def cells_by_hand(clerk):
    """Read the cells of the clerk's ledger."""
    return {
        name: (
            cell.on_hand,
            cell.reserved,
            cell.free,
            tuple((due, units) for due, units in cell.inbound),
        )
        for name, cell in clerk.cells.items()
    }


def promises_by_hand(clerk):
    """Read what the clerk has promised."""
    held = {
        number: (one.order, one.node, one.lines, one.until)
        for number, one in clerk.held.items()
    }
    return held, {(node, kind): clerk.load(node, kind) for node, kind in LIMITS}


def accounted(storm):
    """
    Do the same with a plain ledger, change after change, and compare.

    Returns
    -------
    Counter
        How many changes of each name there were, done and refused.

    Raises
    ------
    AssertionError
        With the first change of which something is otherwise.
    """
    arrivals = [(part.at, part.quantity) for part in coming()]
    clerk = PlainLedger(
        {
            (node, sku): Cell(UNITS, inbound=[list(part) for part in arrivals])
            for node in NODES
            for sku in SKUS
        },
        LIMITS,
    )
    counted = Counter()
    ordered = in_order(storm)
    for at, change in enumerate(ordered):
        answer, codes = None, set()
        try:
            answer = getattr(clerk, change.name)(*change.given)
        except RefusedError as refused:
            codes = refused.codes
        assert (answer, codes) == (change.answer, change.codes), (change, answer, codes)
        assert cells_of(change.after) == cells_by_hand(clerk), change
        if at % EACH == 0 or at == len(ordered) - 1:
            assert promises_of(change.after) == promises_by_hand(clerk), change
        counted[change.name, "refused" if codes else "done"] += 1
    return counted


def main():
    """Run it, and say how many changes there were."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--threads", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    storm = Storm(asked.seed, asked.threads, asked.rounds)
    started = time.perf_counter()
    storm.run()
    took = time.perf_counter() - started
    counted = accounted(storm)
    for (name, how), count in sorted(counted.items()):
        print(f"{name:8} {how:8} {count:6,}")
    print(
        f"{asked.threads} threads, {asked.rounds} rounds at {SWITCH_S:g} s, seed "
        f"{asked.seed}: {counted.total():,} calls in {took:.0f} s, each as a ledger "
        "kept by hand has it: no change lost, none made twice"
    )


if __name__ == "__main__":
    main()
