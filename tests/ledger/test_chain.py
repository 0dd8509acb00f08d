"""Whole or not at all: many threads, and interruptions between any two steps."""

import random
import sys
import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import domroute.ledger
from domroute.errors import InputError
from domroute.ledger import Inbound, Inventory, Scope, Stock, counting
from domroute.ledger import chain as chain_module
from domroute.plan import Content, Plan, Shipment

FOLDER = str(Path(domroute.ledger.__file__).parent)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def plan(order, units, *nodes):
    """Make a plan: so many units of A from each node, a line by node."""
    return Plan(
        tuple(
            Shipment(order, node, "ship", (Content(node, "A", units),))
            for node in nodes
        )
    )


def waits(order, units):
    """Make a plan that waits at N0 for what comes at noon."""
    contents = (Content("N0", "A", units),)
    return Plan((Shipment(order, "N0", "ship", contents, stock_at=NOON),))


def ledger():
    """Make a ledger with something of everything in it."""
    coming = (Inbound(at=NOON, quantity=4),)
    made = Inventory(
        Stock(node=f"N{n}", sku="A", on_hand=9, inbound=coming) for n in range(4)
    )
    made.keep_to(Scope([f"N{n}" for n in range(9)], "AB", {("N0", "orders"): 5.0}))
    made.reserve(plan("o1", 2, "N0", "N1"), expires_at=NOON)
    made.reserve(plan("o2", 3, "N0", "N2"))
    return made


OPERATIONS = {
    "reserve": lambda made: made.reserve(plan("o3", 1, "N0", "N1", "N3")),
    "replace": lambda made: made.reserve(plan("o1", 4, "N2", "N3"), replacing="o1"),
    "wait": lambda made: made.reserve(waits("o4", 8)),
    "release": lambda made: made.release("o2"),
    "release a part": lambda made: made.release("o2", {"N2": 1}),
    "commit": lambda made: made.commit("o1"),
    "commit a part": lambda made: made.commit("o1", {"N1": 1}),
    "move": lambda made: made.move("o1", node_id="N3"),
    "expire": lambda made: made.expire(NOON),
    "adjust": lambda made: made.adjust("N1", "A", -2),
    "a new row": lambda made: made.adjust("N7", "B", 2),
    "receive": lambda made: made.receive("N1", "A", 5),
    "expect": lambda made: made.expect("N1", "A"),
    "apply": lambda made: made.apply(
        {"node": ["N1", "N8", "N0"], "sku": list("ABA"), "on_hand": [1, 2, 3]}
    ),
    "start a period": lambda made: made.start_period({("N1", "units"): 2.0}),
}


class Stopped(BaseException):
    """What a key pressed at a bad moment raises."""


def interrupted(call, at):
    """Raise before the line of the ledger that comes at-th; tell whether it came."""
    seen = 0

    def trace(frame, event, _):
        nonlocal seen
        if not frame.f_code.co_filename.startswith(FOLDER):
            return None
        if event == "line":
            seen += 1
            if seen == at:
                raise Stopped
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        call()
    except Stopped:
        return True
    finally:
        sys.settrace(before)
    return False


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_interruption_leaves_all_or_nothing(name, monkeypatch):
    """Stopped before any line, it is done or it is not, and the ledger works on."""
    monkeypatch.setattr(chain_module, "_PATIENCE_S", 0.001)
    operation = OPERATIONS[name]
    before, after = ledger(), ledger()
    operation(after)
    assert before != after

    at, outcomes = 1, Counter()
    while True:
        made = ledger()
        came = interrupted(lambda: operation(made), at)  # noqa: B023 - called at once
        if not came:
            break
        outcomes["before" if made == before else "after"] += 1
        assert made in (before, after)
        # Nothing hangs on what was stopped, in this thread or in another.
        other = threading.Thread(target=made.adjust, args=("N2", "A", 1))
        counted = made.counts("N2", "A")[0]
        other.start()
        other.join()
        assert made.counts("N2", "A")[0] == counted + 1
        at += 1

    assert made == after
    assert outcomes["before"] > 10
    assert outcomes["after"] > 0


@pytest.fixture
def quick_switches():
    """Let threads take turns every microsecond."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def end(made, name, units, node, how):
    """End a reservation, or count a unit in; return what came and what is gone."""
    match how:
        case 0:
            made.release(name)
        case 1:
            made.commit(name)
            return 0, 2 * units
        case 2:
            made.commit(name, {node: 1})
            return 0, 1
        case 3:
            made.expire(NOON)
        case _:
            made.apply({"node": [node], "sku": ["A"], "on_hand": [1]}, "add")
            return 1, 0
    return 0, 0


@pytest.mark.usefixtures("quick_switches")
def test_threads_lose_nothing_and_promise_nothing_twice():
    """What 16 threads did adds up; each unit is on hand, gone or written off once."""
    nodes = [f"N{n}" for n in range(6)]
    made = Inventory(Stock(node=node, sku="A", on_hand=30) for node in nodes)
    made.keep_to(Scope(nodes, "A", {("N0", "units"): 20.0}))
    moved, refused = Counter(), set()

    def work(worker):
        luck = random.Random(worker)
        for turn in range(40):
            name, units = f"o{worker}-{turn}", luck.randint(1, 3)
            here = luck.sample(nodes, 2)
            until = NOON if luck.random() < 0.3 else None
            try:
                made.reserve(plan(name, units, *here), expires_at=until)
                come, gone = end(made, name, units, here[0], luck.randrange(5))
            except InputError as error:
                refused.update(issue.code for issue in error.issues)
            else:
                with lock:
                    moved.update(came=come, gone=gone)

    lock = threading.Lock()
    threads = [threading.Thread(target=work, args=(n,)) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    held = sum(one.units for one in made.reservations)
    assert sum(row.on_hand for row in made) == 180 + moved["came"] - moved["gone"]
    assert sum(row.reserved for row in made) == held
    assert all(0 <= row.reserved <= row.on_hand for row in made)
    assert made.load("N0", "units") <= 20
    # What another thread has let expire is not reserved any more.
    assert refused <= {"oversold", "capacity", "not_reserved"}


@pytest.mark.usefixtures("quick_switches")
def test_readers_see_one_moment():
    """While units move between two nodes, every snapshot holds all of them."""
    made = Inventory(Stock(node=node, sku="A", on_hand=9) for node in ("N1", "N2"))
    made.reserve(plan("o1", 5, "N1"))
    over = threading.Event()

    def swing():
        while not over.is_set():
            for node in ("N2", "N1"):
                made.move("o1", node_id=node)

    mover = threading.Thread(target=swing)
    mover.start()
    sums = set()
    for _ in range(2000):
        snapshot = made.snapshot()
        sums.add(snapshot.available("N1", "A") + snapshot.available("N2", "A"))
    over.set()
    mover.join()

    assert sums == {13}


def test_a_turn_that_is_never_given_back_is_taken_for_lost(monkeypatch):
    """A thread that was stopped with the turn in hand stops no other for good."""
    monkeypatch.setattr(chain_module, "_PATIENCE_S", 0.01)
    made = ledger()
    lost = threading.Thread(target=made._chain._turn.acquire)
    lost.start()
    lost.join()

    made.adjust("N1", "A", 1)
    made.expire(NOON - timedelta(days=1))

    assert made.counts("N1", "A")[0] == 10


def test_a_change_begins_again_when_another_was_first():
    """Who comes second makes its change on what is there then."""
    made = ledger()
    rounds = []

    def change(state):
        rounds.append(state)
        if len(rounds) == 1:
            made.adjust("N1", "A", 1)
        return counting.adjust(state, "N1", "A", 1), "done"

    assert made._chain.change(change) == "done"
    assert len(rounds) == 2
    assert made.counts("N1", "A")[0] == 11
