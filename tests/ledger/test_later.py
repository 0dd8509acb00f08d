"""What is promised of what arrives later: never twice, and given back whole."""

import copy
import pickle
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domroute.costs.counting import units_there
from domroute.errors import InputError
from domroute.ledger import Inbound, Inventory, Stock
from domroute.ledger.keeping import Promised
from domroute.ledger.later import Later, units_by
from domroute.plan import Content, Plan, Shipment

MON = datetime(2026, 3, 2, 8, tzinfo=UTC)
TUE, WED = MON + timedelta(days=1), MON + timedelta(days=2)


def due(*parts):
    """Say what arrives: ``due((MON, 10))``."""
    return [Inbound(at=at, quantity=units) for at, units in parts]


def store(*parts, on_hand=5, **fields):
    """Make a ledger with some A at N1, and more to come; and some B."""
    row = Stock(node="N1", sku="A", on_hand=on_hand, inbound=due(*parts), **fields)
    return Inventory([row, Stock(node="N1", sku="B", on_hand=3)])


def take(order, units, at=None, sku="A", node="N1"):
    """Make a plan of one shipment, which waits until a moment."""
    contents = (Content(f"{order}-{sku}", sku, units),)
    return Plan((Shipment(order, node, "ship", contents, stock_at=at),))


def refused(call, *args, **more):
    """Return what a call is refused for, as (code, message)."""
    with pytest.raises(InputError) as caught:
        call(*args, **more)
    return [(issue.code, issue.message) for issue in caught.value.issues]


def figures(inventory, sku="A"):
    """Return units on hand and reserved, and what is promised of what comes."""
    on_hand, reserved, _ = inventory.counts("N1", sku)
    return on_hand, reserved, inventory.relied.get(sku, {}).get("N1", ())


# --- what a reservation takes ---------------------------------------------------------


def test_what_waits_is_promised_of_what_comes():
    """It is in no row, in ``relied`` from its moment on, and told of itself."""
    inventory = store((MON, 10))
    (made,) = inventory.reserve(take("o1", 4, MON))

    assert figures(inventory) == (5.0, 0.0, ((MON, 4.0),))
    assert made.stock_at == MON
    assert made.to_dict()["stock_at"] == "2026-03-02T08:00:00+00:00"
    (now,) = inventory.reserve(take("o2", 1))
    assert now.to_dict()["stock_at"] is None


def test_what_is_covered_leaves_all_that_is_there():
    """Ten come and ten are promised of them: the five on hand are free."""
    inventory = store((MON, 10))
    inventory.reserve(take("o1", 10, MON))

    assert inventory.available("N1", "A") == 5
    # 5 + 10 less 10 promised of them.
    assert inventory.available("N1", "A", by=MON) == 5


def test_a_promise_for_later_may_take_what_is_there():
    """Twelve of ten that come take two of those on hand."""
    inventory = store((MON, 10), (TUE, 4))
    inventory.reserve(take("o1", 12, MON))

    # 5 less 2; 15 less 12; 19 less 12.
    found = [inventory.available("N1", "A", by=by) for by in (None, MON, TUE)]
    assert found == [3, 3, 7]


@pytest.mark.parametrize(
    ("units", "at", "there"),
    [(4, None, "3 available"), (4, MON, "3 available"), (8, TUE, "7 available")],
)
def test_more_than_is_there_by_then_is_refused(units, at, there):
    """Whole, at whatever moment it is too much, with what is there then."""
    inventory = store((MON, 10), (TUE, 4))
    inventory.reserve(take("o1", 12, MON))
    before = inventory.copy()

    ((code, text),) = refused(inventory.reserve, take("o2", units, at))

    assert code == "oversold"
    assert text.endswith(there)
    assert ("by" in text) == (at is not None)
    assert inventory == before
    inventory.reserve(take("o2", units - 1, at))


def test_an_earlier_promise_takes_nothing_that_a_later_one_relies_on():
    """All fifteen by Monday are promised for Tuesday: nothing is left before."""
    inventory = store((MON, 10))
    inventory.reserve(take("o1", 15, TUE))

    assert inventory.available("N1", "A") == 0
    assert refused(inventory.reserve, take("o2", 1))
    assert refused(inventory.reserve, take("o2", 1, MON))


def test_a_promise_counts_on_nothing_that_comes_after_it():
    """Units on hand for Monday are not covered by a truck on Tuesday."""
    inventory = store((TUE, 10))
    inventory.reserve(take("o1", 5, MON))

    assert inventory.available("N1", "A") == 0
    assert inventory.available("N1", "A", by=TUE) == 10


def test_a_plan_is_reserved_whole_or_not_at_all():
    """One shipment of two waits for too much: nothing is promised."""
    inventory = store((MON, 10))
    before = inventory.copy()
    both = (*take("o1", 2).shipments, *take("o1", 16, TUE, "A").shipments)

    assert [code for code, _ in refused(inventory.reserve, Plan(both))] == ["oversold"]
    assert inventory == before


def test_shipments_of_one_plan_share_what_comes():
    """Five now and ten on Monday are there; six now and nine then are not."""
    inventory = store((MON, 10))

    def split(now, then):
        lines = [(now, None), (then, MON)]
        return Plan(tuple(take("o1", n, at).shipments[0] for n, at in lines))

    assert refused(inventory.reserve, split(6, 9))
    assert refused(inventory.reserve, split(5, 11))
    inventory.reserve(split(5, 10))
    assert inventory.available("N1", "A", by=WED) == 0


def test_safety_stock_is_kept_at_every_moment():
    """Two are kept back, now and of what comes."""
    inventory = store((MON, 10), safety=2)

    assert refused(inventory.reserve, take("o1", 14, MON))
    inventory.reserve(take("o1", 13, MON))
    assert inventory.available("N1", "A") == 0


def test_halves_are_added_before_they_are_cut():
    """Half a unit there and half a unit to come are one."""
    inventory = store((MON, 0.5), on_hand=0.5)
    inventory.reserve(take("o1", 1, MON))

    assert inventory.available("N1", "A", by=MON) == 0


def test_a_moment_needs_an_offset():
    """Local times and texts are refused, not compared."""
    inventory = store((MON, 10))

    for wrong in (MON.replace(tzinfo=None), "monday"):
        ((code, _),) = refused(inventory.reserve, take("o1", 1, wrong))
        assert code == "wrong_type"


# --- what becomes of it ---------------------------------------------------------------


def test_released_whole_or_in_part_it_is_free_again():
    """What is given back may be promised again, from its moment on."""
    inventory = store((MON, 10))
    start = inventory.copy()
    inventory.reserve(take("o1", 15, MON), expires_at=TUE)
    inventory.release("o1", {"o1-A": 4})

    assert figures(inventory)[2] == ((MON, 11.0),)
    assert inventory.available("N1", "A") == 4
    assert inventory.expire(TUE) == ("o1",)
    assert inventory == start
    assert inventory.relied == {}


def test_a_shipment_is_found_by_its_moment():
    """Two shipments that differ in nothing else are two."""
    inventory = store((MON, 10))
    now, then = take("o1", 2), take("o1", 2, MON)
    inventory.reserve(now)
    inventory.reserve(then, beside=True)
    inventory.release(then.shipments[0])

    assert figures(inventory) == (5.0, 2.0, ())


def test_committed_it_leaves_what_is_on_hand():
    """Before it is there it cannot leave; once received, it does."""
    inventory = store((MON, 10))
    inventory.reserve(take("o1", 12, MON))
    ((code, text),) = refused(inventory.commit, "o1")
    inventory.receive("N1", "A", 10, inbound=MON)

    assert (code, text) == ("oversold", "12 units are to leave, 5 are on hand")
    # Fifteen are there now, twelve of them promised.
    assert figures(inventory) == (15.0, 0.0, ((MON, 12.0),))
    assert inventory.available("N1", "A") == 3
    inventory.commit("o1", {"o1-A": 10})
    assert figures(inventory) == (5.0, 0.0, ((MON, 2.0),))
    inventory.commit("o1")
    assert figures(inventory) == (3.0, 0.0, ())


def test_what_is_reserved_for_others_does_not_leave_for_it():
    """Five are on hand and reserved: what waits for Monday waits."""
    inventory = store((MON, 10))
    inventory.reserve(take("o1", 5))
    inventory.reserve(take("o2", 1, MON))

    ((_, text),) = refused(inventory.commit, "o2")
    assert text == "1 units are to leave, 0 are on hand and free"
    inventory.commit("o1")
    assert refused(inventory.commit, "o2")
    inventory.receive("N1", "A", 1)
    inventory.commit("o2")
    assert figures(inventory) == (0.0, 0.0, ())


def test_moved_to_another_node_it_waits_there():
    """There it counts on what comes there."""
    inventory = store((MON, 10))
    inventory.expect("N2", "A", due((TUE, 3), (MON, 1)))
    inventory.reserve(take("o1", 2, MON))

    assert refused(inventory.move, "o1", node_id="N2")
    inventory.move("o1", node_id="N2", units={"o1-A": 1})
    assert inventory.relied == {"A": {"N1": ((MON, 1.0),), "N2": ((MON, 1.0),)}}


def test_what_replaces_it_may_take_what_it_gives_back():
    """Fifteen for Monday become five now and ten for Monday in one step."""
    inventory = store((MON, 10))
    inventory.reserve(take("o1", 15, MON))
    new = Plan((*take("o1", 5).shipments, *take("o1", 10, MON).shipments))

    assert refused(inventory.reserve, take("o1", 6), replacing="o1", beside=False)
    inventory.reserve(new, replacing="o1")
    assert figures(inventory) == (5.0, 5.0, ((MON, 10.0),))


def test_what_is_held_may_be_put_off_however_little_there_is():
    """A truck is written off: who has its units may have them later instead."""
    inventory = store((MON, 10))
    inventory.reserve(take("o1", 15, MON))
    inventory.expect("N1", "A")

    assert refused(inventory.reserve, take("o1", 15), replacing="o1")
    inventory.reserve(take("o1", 15, TUE), replacing="o1")
    assert figures(inventory)[2] == ((TUE, 15.0),)


# --- what arrives, said anew ----------------------------------------------------------


def test_units_on_hand_are_kept_for_what_does_not_come():
    """A truck with four fewer: four on hand are kept for what was promised of it."""
    inventory = store((MON, 10))
    inventory.reserve(take("o1", 10, MON))
    inventory.expect("N1", "A", due((MON, 6)))
    kept, snapshot = inventory.available("N1", "A"), inventory.snapshot()

    assert kept == 1
    assert snapshot.shelf("A").available.tolist() == [1]
    assert snapshot.available_rows.tolist() == [1, 3]
    assert snapshot.shelf("B").available.tolist() == [3]
    assert units_there(snapshot, "N1", "A") == 1
    assert not snapshot.shelf("A").available.flags.writeable
    assert refused(inventory.reserve, take("o2", 2))
    inventory.expect("N1", "A", due((MON, 10)))
    assert inventory.available("N1", "A") == 5
    assert snapshot.available("N1", "A") == 1


def test_only_cells_that_are_short_are_looked_at():
    """Where what comes covers what is promised, shelves are those of the pages."""
    inventory = store((MON, 10))
    before = inventory.snapshot().shelf("A").available
    inventory.reserve(take("o1", 10, MON))

    assert np.shares_memory(before, inventory.snapshot().shelf("A").available)
    assert not inventory.snapshot().later.short


def test_units_that_are_kept_are_not_written_off():
    """Of five on hand four are kept: one may go, and no more."""
    inventory = store((MON, 6))
    inventory.reserve(take("o1", 10, MON))

    ((code, text),) = refused(inventory.adjust, "N1", "A", -2)
    assert (code, text) == ("oversold", "2 units are to go, and 1 are not reserved")
    inventory.adjust("N1", "A", -1)
    assert inventory.available("N1", "A") == 0


def test_a_count_does_not_reserve_what_waits():
    """What others have reserved is set; what waits comes on top of nothing."""
    inventory = store((MON, 10))
    inventory.reserve(take("o1", 2))
    inventory.reserve(take("o2", 4, MON))
    inventory.apply({"node": ["N1"], "sku": ["A"], "reserved": [1]})

    assert figures(inventory) == (5.0, 3.0, ((MON, 4.0),))


def test_a_count_tells_what_is_kept_and_not_there():
    """Five are kept for Tuesday, and three are counted: two cannot leave."""
    inventory = store((MON, 10))
    inventory.reserve(take("o1", 15, TUE))
    told = inventory.apply({"node": ["N1"], "sku": ["A"], "on_hand": [3]})

    assert [(one.sku, one.units) for one in told.over_promised] == [("A", 2)]


@pytest.mark.parametrize("said", [MON, due((MON, 10))[0]], ids=["moment", "row"])
def test_received_by_what_was_inbound(said):
    """The inbound units are named by their moment, or by themselves."""
    inventory = store((MON, 10), (TUE, 4))

    assert inventory.receive("N1", "A", 8, inbound=said) == 0
    assert inventory.inbound["N1", "A"] == tuple(due((MON, 2), (TUE, 4)))
    assert inventory.receive("N1", "A", 4, due=TUE) == 0


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"inbound": "monday"}, "wrong_type"),
        ({"inbound": MON.replace(tzinfo=None)}, "naive_datetime"),
        ({"inbound": WED}, "unknown_value"),
        ({"inbound": MON, "due": MON}, "contradictory"),
    ],
)
def test_what_was_inbound_is_named_rightly(more, code):
    """By a moment at which something is due, and once."""
    inventory = store((MON, 10))

    assert [found for found, _ in refused(inventory.receive, "N1", "A", 1, **more)] == [
        code
    ]


# --- put away and taken up ------------------------------------------------------------


def waiting():
    """Make a ledger in which something waits, short of what comes."""
    inventory = store((MON, 10))
    inventory.reserve(take("o1", 10, MON), expires_at=WED)
    inventory.expect("N1", "A", due((MON, 6)))
    return inventory


@pytest.mark.parametrize(
    "again",
    [copy.copy, copy.deepcopy, lambda made: pickle.loads(pickle.dumps(made))],  # noqa: S301
    ids=["copy", "deepcopy", "pickle"],
)
def test_a_copy_has_what_waits(again):
    """It is equal, and goes its own way."""
    inventory = waiting()
    other = again(inventory)

    assert other == inventory
    other.release("o1")
    assert other != inventory
    assert (other.available("N1", "A"), inventory.available("N1", "A")) == (5, 1)


def test_equal_ledgers_wait_for_the_same():
    """Another moment is another promise."""
    one, other = store((MON, 10)), store((MON, 10))
    one.reserve(take("o1", 2, MON))
    other.reserve(take("o1", 2, TUE))

    assert one != other


def test_what_waits_is_put_away_and_taken_up():
    """As plain values, whether or not the rows say what is reserved."""
    inventory = waiting()
    text = inventory.promised().model_dump_json()

    for adds in (False, True):
        other = store((MON, 6))
        other.restore(Promised.model_validate_json(text), adds=adds)
        assert other == inventory
        assert other.available("N1", "A") == 1


def test_a_snapshot_cut_down_carries_what_waits():
    """With what arrives for it, and through a pickle."""
    snapshot = waiting().snapshot().of(["A"])

    for each in (snapshot, pickle.loads(pickle.dumps(snapshot))):  # noqa: S301
        assert each.relied == {"A": {"N1": ((MON, 10.0),)}}
        assert each.available("N1", "A") == 1
        assert each.available("N1", "A", by=MON) == 1
        assert each.available_rows.tolist() == [1]
        assert units_there(each, "N1", "A") == 1
    assert waiting().snapshot().of(["B"]).relied == {}


def test_a_ledger_made_of_another_leaves_what_waits():
    """Its rows are taken, and what others were promised of what arrives."""
    inventory = waiting()

    for other in (Inventory(inventory), Inventory(inventory.snapshot())):
        assert other.relied == inventory.relied
        assert other.available("N1", "A") == 1
    assert not Inventory(list(inventory)).relied


# --- any sequence ---------------------------------------------------------------------

LONG_AGO = MON - timedelta(days=9)
MOMENTS = (None, MON, TUE, WED)
NAMES = ["reserve"] * 4 + ["release", "part", "commit", "expire"]
NAMES += ["receive", "expect", "adjust", "move"]
CALLS = st.tuples(
    st.sampled_from(NAMES),
    st.sampled_from(["N1", "N2"]),
    st.sampled_from(MOMENTS),
    st.integers(1, 6),
)


class Plain:
    """A ledger by unit: what is there and comes, and what each order was promised."""

    def __init__(self):
        self.on_hand = {"N1": 5, "N2": 3}
        self.coming = {"N1": [(MON, 4), (TUE, 3)], "N2": [(WED, 5)]}
        self.promises = {}  # by order: node, moment, units, whether it expires

    def fits(self, *, safety=1, more=None):
        """Give every promised unit one of its own that is there by then, or fail."""
        return all(self._fits_at(node, safety, more) for node in self.on_hand)

    def _fits_at(self, node, safety, more):
        """Return whether each promise of one node finds a unit by its moment."""
        units = [LONG_AGO] * self.on_hand[node]
        units += [at for at, count in self.coming[node] for _ in range(count)]
        wanted = [LONG_AGO] * safety
        for where, at, count, _ in [*self.promises.values(), *([more] if more else [])]:
            if where == node:
                wanted += [at or LONG_AGO] * count
        for until in sorted(wanted):
            there = [at for at in units if at <= until]
            if not there:
                return False
            units.remove(there[0])
        return self.on_hand[node] >= 0

    def available(self, node, at):
        """Count the units that one more order could be promised."""
        count = 0
        while self.fits(more=(node, at, count + 1, False)):
            count += 1
        return count

    def after(self, call, node, at, units, name):
        """Return what it comes to; None where it must be refused."""
        made = copy.deepcopy(self)
        first = next(iter(made.promises), None)
        if call in ("release", "part", "commit", "move"):
            if first is None:
                return None
            name = first
        return getattr(made, f"_{call}")(node, at, units, name)

    def _reserve(self, node, at, units, name):
        """Promise the units, if all promises still fit."""
        self.promises[name] = (node, at, units, units % 2 == 0)
        return self if self.fits() else None

    def _release(self, _node, _at, _units, name):
        """Forget the promise."""
        del self.promises[name]
        return self

    def _part(self, _node, _at, _units, name):
        """Ship the first unit of the promise and keep the others."""
        where, at, units, expires = self.promises.pop(name)
        if units > 1:
            self.promises = {name: (where, at, units - 1, expires), **self.promises}
        return self

    def _commit(self, _node, _at, _units, name):
        """Ship all units of the promise."""
        where, at, units, _ = self.promises.pop(name)
        others = [
            n
            for place, when, n, _ in self.promises.values()
            if place == where and when is None and at is not None
        ]
        self.on_hand[where] -= units
        return self if self.on_hand[where] >= sum(others) else None

    def _expire(self, *_):
        """Forget what was promised for a time only."""
        self.promises = {o: one for o, one in self.promises.items() if not one[3]}
        return self

    def _receive(self, node, _at, units, _name):
        """Take in units, from the earliest expected ones on."""
        self.on_hand[node] += units
        rest = []
        for at, count in sorted(self.coming[node]):
            taken = min(units, count)
            units -= taken
            rest += [(at, count - taken)] if count > taken else []
        self.coming[node] = rest
        return self

    def _expect(self, node, at, units, _name):
        """Replace what the node expects."""
        self.coming[node] = [(at or MON, units)]
        return self

    def _adjust(self, node, _at, units, _name):
        """Count the stock anew, up or down."""
        self.on_hand[node] += units - 4
        # What is kept back from promising may be written off.
        return self if units >= 4 or self.fits(safety=0) else None

    def _move(self, node, _at, _units, name):
        """Move the promise to the node, if it fits there."""
        was = self.promises[name]
        self.promises[name] = (node, *was[1:])
        return self if was[0] == node or self.fits() else None


def same(plain):
    """Make the ledger that starts like the plain one."""
    return Inventory(
        Stock(
            node=node,
            sku="A",
            on_hand=units,
            safety=1,
            inbound=due(*plain.coming[node]),
        )
        for node, units in plain.on_hand.items()
    )


def do(inventory, asked, name):
    """Do a call; tell whether it was not refused."""
    call, node, at, units = asked
    held = inventory.reservations
    first = held[0].order_id if held else "nobody"
    try:
        match call:
            case "reserve":
                until = WED if units % 2 == 0 else None
                made = take(name, units, at, node=node)
                inventory.reserve(made, expires_at=until)
            case "part":
                inventory.release(first, {f"{first}-A": 1})
            case "release" | "commit":
                getattr(inventory, call)(first)
            case "move":
                inventory.move(first, node_id=node)
            case "expire":
                inventory.expire(WED)
            case "receive":
                inventory.receive(node, "A", units)
            case "expect":
                inventory.expect(node, "A", due((at or MON, units)))
            case "adjust":
                inventory.adjust(node, "A", units - 4)
    except InputError:
        return False
    return True


@given(st.lists(CALLS, max_size=14))
def test_every_promise_has_units_of_its_own(calls):
    """A call is refused if and only if some promise would be left without."""
    plain = Plain()
    inventory = same(plain)
    for count, call in enumerate(calls):
        after = plain.after(*call, f"o{count}")
        if after is not None and not after.fits():
            continue  # it breaks promises, and may: what then, others ask
        assert do(inventory, call, f"o{count}") == (after is not None), call
        plain = after or plain
        for node in plain.on_hand:
            assert inventory.counts(node, "A")[0] == plain.on_hand[node]
            for at in MOMENTS:
                found = inventory.available(node, "A", by=at)
                assert found == plain.available(node, at)


@given(st.lists(CALLS, max_size=14))
def test_all_that_is_released_is_as_it_was(calls):
    """Whatever was promised, received and written off: nothing stays promised."""
    inventory = same(Plain())
    for count, call in enumerate(calls):
        do(inventory, call, f"o{count}")
        snapshot = inventory.snapshot()
        rows = snapshot.available_rows.tolist()
        # Two programs, a shelf and a row: all say the same of what may be promised.
        for node, there in zip(("N1", "N2"), rows, strict=True):
            assert snapshot.available(node, "A") == there
            assert units_there(snapshot, node, "A") == there
        assert snapshot.shelf("A").available.tolist() == rows
    for order in {one.order_id for one in inventory.reservations}:
        inventory.release(order)

    assert inventory.relied == {}
    assert not inventory.snapshot().later.short
    assert all(inventory.counts(node, "A")[1] == 0 for node in ("N1", "N2"))


def test_what_is_left_is_counted_from_the_start_of_each_promise():
    """By hand: three on hand, four on Monday, two on Wednesday; six for Tuesday."""
    coming, lots = due((MON, 4), (WED, 2)), ((TUE, 6.0),)
    found = [units_by((3.0, 0.0, 0.0), coming, lots, at) for at in MOMENTS]

    # 3, but 7 - 6 on Tuesday; the same on Monday; Tuesday 7 - 6; Wednesday 9 - 6.
    assert found == [1, 1, 1, 3]
    later = Later.of({"A": {"N1": tuple(coming)}}, {"A": {"N1": lots}})
    assert later.kept(("N1", "A")) == 2.0
