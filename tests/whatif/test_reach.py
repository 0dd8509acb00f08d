"""How many orders came out otherwise is counted order by order."""

import re

import pytest

from builders import order
from domroute import Policy
from domroute.events import Placed
from domroute.replay.engine import Replay
from domroute.replay.world import Returns, World
from domroute.whatif.benefits import benefits
from domroute.whatif.levers import Lever, pick_up, ship_from_store, without_stores
from domroute.whatif.reach import REACH_COLUMNS, Traces
from replay.streams import START, drawn_stream, shop


def a_shop():
    """Make a center that lacks B, which a store has."""
    return shop(kept=("AC", "ABC", "C"))


def traces(scenario, events, **options):
    """Replay events, and read what became of their orders."""
    return Traces.of(Replay(scenario, events, Policy(), **options).run())


def two_orders(_scenario=None, _seed=0):
    """Place an order for what stores alone have, and one near the center."""
    return [
        Placed(order=order("o1", B=1, at=(0.0, 2.9), placed_at=START)),
        Placed(order=order("o2", A=1, at=(0.0, 0.1), placed_at=START)),
    ]


def test_order_from_another_node_came_out_otherwise():
    """Without stores, the customer of what they alone have goes without."""
    scenario = a_shop()
    before = traces(without_stores(scenario), two_orders())
    after = traces(scenario, two_orders())

    assert after.ids == ("o1", "o2")
    assert after.changed(before).tolist() == [True, False]
    assert after.changed(after).tolist() == [False, False]


def test_order_that_comes_back_elsewhere_came_out_otherwise():
    """The same shipments, and goods brought to a store instead of sent."""
    by_parcel, in_store = (
        World(returns=Returns(share=1.0, in_store=share, days=1, parcel_days=0))
        for share in (0.0, 1.0)
    )
    scenario = a_shop()

    before = traces(scenario, two_orders(), world=by_parcel)
    after = traces(scenario, two_orders(), world=in_store)

    assert after.changed(before).tolist() == [True, True]


def test_units_count_and_times_do_not():
    """A later order from the same node is the same; one unit more is not."""
    later = [
        Placed(
            order=event.order.model_copy(update={"placed_at": START.replace(hour=5)})
        )
        for event in two_orders()
    ]
    more = [
        Placed(order=order("o1", B=2, at=(0.0, 2.9), placed_at=START)),
        two_orders()[1],
    ]

    base = traces(a_shop(), two_orders())

    assert traces(a_shop(), later).changed(base).tolist() == [False, False]
    assert traces(a_shop(), more).changed(base).tolist() == [True, False]


def test_orders_in_another_row_are_found_by_id():
    """Runs that list orders otherwise are compared order by order."""
    base = traces(a_shop(), two_orders())
    turned = Traces(base.ids[::-1], base.prints[::-1])

    assert turned.changed(base).tolist() == [False, False]


def tried(levers, stream=two_orders, seeds=(0,), scenario=None):
    """Try levers on two orders."""
    base = without_stores(a_shop()) if scenario is None else scenario
    return benefits(base, stream, Policy(), levers, seeds)


def said(found, tmp_path):
    """Read the page without its tags."""
    page = found.to_html(tmp_path / "page.html").read_text(encoding="utf-8")
    return " ".join(re.sub(r"<[^>]+>", "", page).split())


def test_reach_counts_what_could_and_did(tmp_path):
    """Of two orders a store could ship both, and one came from it."""
    found = tried([ship_from_store()])

    assert tuple(found.reach.columns) == REACH_COLUMNS
    row = found.reach.iloc[0]
    assert row[["orders", "could", "did", "others"]].tolist() == [2, 2, 1, 0]
    text = said(found, tmp_path)
    assert "It could touch 2 orders of 2 orders, and 1 of them came out" in text
    line = next(line for line in str(found).splitlines() if "Ship from" in line)
    assert line.split()[-2:] == ["2", "1"]


def test_lever_that_touched_nothing_says_zero(tmp_path):
    """No store near anybody has it all: pick-up was not tried, and the page says so."""
    found = tried([pick_up(1.0, radius_km=0.1)])

    assert found.reach.iloc[0][["could", "did", "others"]].tolist() == [0, 0, 0]
    assert (
        "It could touch 0 orders of 2 orders: on these orders it was not tried at all."
    ) in said(found, tmp_path)


def test_lever_that_could_and_did_not_says_zero(tmp_path):
    """An order could be collected, and chance asked none to."""
    found = tried([pick_up(0.0, radius_km=50)])

    assert found.reach.iloc[0][["could", "did", "others"]].tolist() == [1, 0, 0]
    assert "It could touch 1 order of 2 orders, and changed 0 of them" in said(
        found, tmp_path
    )


def test_orders_that_a_lever_does_not_speak_of_are_counted_apart(tmp_path):
    """A lever that speaks of one order and changes another."""
    lever = Lever(
        "odd",
        "Odd",
        "Speaks of the second order.",
        ship_from_store().change,
        could=lambda _case, _events, _seed: {"o2"},
    )

    found = tried([lever])

    assert found.reach.iloc[0][["could", "did", "others"]].tolist() == [1, 0, 1]
    assert "1 other, which it does not speak of, came out otherwise" in said(
        found, tmp_path
    )


def test_counts_are_means_over_runs():
    """Three streams of twelve orders: each of the counts is that of a run."""
    found = tried([ship_from_store()], stream=drawn_stream, seeds=range(3)).reach.iloc[
        0
    ]

    did = []
    for seed in range(3):
        events = drawn_stream(None, seed)
        before = traces(without_stores(a_shop()), events)
        did.append(traces(a_shop(), events).changed(before).sum())
    assert found["did"] == pytest.approx(sum(did) / 3)
    assert (found["orders"], found["could"]) == (12, 12)
