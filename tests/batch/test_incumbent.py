"""The joint plan in the making: what is lifted is given back, once."""

from dataclasses import replace

import numpy as np
import pytest

from arriving import TUE, WED, offers_of, router_of, row, wants
from builders import line, node, order, place
from domroute.batch.cells import UNITS_SLACK, Prices
from domroute.batch.incumbent import Incumbent
from domroute.batch.resources import dues_of, resources_of
from domroute.batch.wave import compile_wave
from domroute.costs import Backorder
from domroute.network import Capacity
from domroute.orders import Delivery
from waves import compiled, drawn

ELSEWHERE = Delivery(to=place((1.0, 1.0)))
BOTH = {"max_shipments": 5, "max_nodes": 5}
"""Counts of shipments and of nodes: an order of two deliveries stands in no table."""


def two_deliveries(name):
    """Ask for one A and one B at two places."""
    return order(name, line("l1", "A"), line("l2", "B", delivery=ELSEWHERE))


def busy(measure, limit, **splits):
    """Compile two orders of two deliveries at a node of so much capacity."""
    at = node("N1", per_shipment=1.0, capacity=Capacity(limit=limit, measure=measure))
    orders = [two_deliveries("o1"), two_deliveries("o2")]
    held = {"N1": {"A": 5, "B": 5}}
    return compiled(orders, [at], held, unfilled_penalty=40.0, splits=splits)


@pytest.mark.parametrize("splits", [{}, BOTH], ids=["table", "no table"])
@pytest.mark.parametrize(
    ("measure", "used"),
    [("orders", 1.0), ("lines", 2.0), ("units", 2.0), ("workload", 2.0)],
)
def test_an_order_counts_once_at_a_node_whatever_it_ships(measure, used, splits):
    """Two shipments of one order: one order, two lines, two units."""
    wave = busy(measure, limit=4.0, **splits)
    incumbent = Incumbent.of(wave)

    incumbent.settle(0, wave.free_prices())

    assert len(wave.loners) == (2 if splits else 0)
    assert incumbent.used.load == pytest.approx([used])
    assert incumbent.used.units.sum() == 2


@pytest.mark.parametrize("splits", [{}, BOTH], ids=["table", "no table"])
def test_two_orders_of_two_deliveries_fit_a_node_that_does_two(splits):
    """Counted by shipment the second would find no room: four shipments at 1 each."""
    wave = busy("orders", limit=2.0, **splits)
    incumbent = Incumbent.of(wave)

    incumbent.settle_all((0, 1), wave.free_prices())

    assert incumbent.rank() == (0, pytest.approx(4.0))
    assert incumbent.is_sound


@pytest.mark.parametrize("splits", [{}, BOTH], ids=["table", "no table"])
def test_what_is_lifted_is_given_back_once(splits):
    """To lift an order twice gives back no more than it had."""
    wave = busy("orders", limit=2.0, **splits)
    incumbent = Incumbent.of(wave)
    incumbent.settle_all((0, 1), wave.free_prices())

    first, second = incumbent.lift(0), incumbent.lift(0)

    assert first.cost == pytest.approx(2.0)
    assert second is None
    assert incumbent.used.units.sum() == 2
    assert incumbent.used.load == pytest.approx([1.0])
    incumbent.put(0, first)
    incumbent.clear()
    assert (incumbent.left == wave.stock).all()
    assert incumbent.room == pytest.approx([2.0 + UNITS_SLACK])


@pytest.mark.parametrize("measure", [None, "orders", "units", ("orders", "units")])
@pytest.mark.parametrize("splits", [{}, {"min_part_value": 15.0}], ids=str)
def test_after_any_moves_no_more_and_no_less_is_taken_than_is_held(measure, splits):
    """Lifted, placed, put back and restored at random: the sums stay those of plans."""
    wave, *_ = drawn(4, measure=measure, splits=splits)
    rng, prices = np.random.default_rng(4), wave.free_prices()
    incumbent = Incumbent.of(wave)
    incumbent.settle_all(range(wave.count), prices)
    kept = incumbent.copy()
    for turn in range(60):
        at = int(rng.integers(wave.count))
        before = incumbent.lift(at)
        if turn % 3 == 0 and before is not None:
            incumbent.put(at, before)
        elif turn % 3 == 1:
            incumbent.settle(at, prices)
        if turn % 20 == 19:
            incumbent.restore(kept)

    used = wave.no_usage()
    for at, placed in enumerate(incumbent.placed):
        table = incumbent.seats[at].table
        for part, column in [] if table is None or placed is None else placed.picks:
            np.add.at(used.units, table.cell[:, column], table.taken[part])
            np.add.at(used.load, table.row[:, column], table.load[:, part, column])
    assert incumbent.used.units == pytest.approx(used.units)
    assert incumbent.used.load == pytest.approx(used.load, abs=1e-6)
    assert incumbent.is_sound


# --- orders that wait for stock -------------------------------------------------------

# One A now, two on Tuesday, and two on Wednesday: cells 0, 1 and 2.
ARRIVING = (row("A", 1, (TUE, 2), (WED, 2)),)


def waiting(*wanted, rows=ARRIVING, nodes=()):
    """Start with an empty plan for orders, each of which may wait, at a price."""
    router = router_of(rows, *nodes, costs=[Backorder(per_unit=1.0)])
    made = router._compiled

    def laid(one):
        return offers_of(router, one, is_alone=False)

    return Incumbent.of(compile_wave(wanted, laid, router.policy, made.arrays))


def drawn_on(incumbent, at):
    """Return what an order draws on each cell."""
    cell, units = incumbent.placed[at].drawn
    return dict(zip(cell.tolist(), units.tolist(), strict=True))


def test_an_order_that_may_wait_draws_on_what_arrives():
    """One now, two on Tuesday, one on Wednesday; three units wait, at 1."""
    incumbent = waiting(wants(A=4), wants(name="o2", A=3))

    incumbent.settle(0, incumbent.wave.free_prices())

    # All four must leave by Wednesday's two, Tuesday's two, or the one of now.
    assert sum(drawn_on(incumbent, 0).values()) == 4
    assert incumbent.placed[0].cost == 3.0
    assert incumbent.left.sum() == 1
    assert incumbent.is_sound


def test_what_was_drawn_is_given_back_once():
    """All is there again."""
    incumbent = waiting(wants(A=4))
    incumbent.settle(0, incumbent.wave.free_prices())

    for _ in range(2):
        incumbent.lift(0)
        assert incumbent.left.tolist() == [1, 2, 2]


def test_orders_take_no_more_together_than_comes():
    """Four and three of five: the second is left with one, and two unfilled at 50."""
    incumbent = waiting(wants(A=4), wants(name="o2", A=3))

    incumbent.settle_all([0, 1], incumbent.wave.free_prices())

    assert incumbent.left.tolist() == [0, 0, 0]
    assert incumbent.placed[1].cost == pytest.approx(101.0)
    assert incumbent.is_sound


def test_an_order_put_back_draws_on_the_cells_it_had():
    """If they are there, whatever it would draw on first."""
    incumbent = waiting(wants(A=1))
    incumbent.settle(0, incumbent.wave.free_prices())
    placed = incumbent.lift(0)
    assert set(placed.drawn[0].tolist()) == {0}

    incumbent.put(0, placed)

    assert incumbent.left.tolist() == [0, 2, 2]


def test_an_order_put_back_draws_on_others_if_its_own_are_gone():
    """Its two left with Tuesday's truck, which another has now: with what was there."""
    rows = (row("A", 1, (TUE, 2)),)
    incumbent = waiting(wants(A=2), wants(name="o2", A=1), rows=rows)
    wave = incumbent.wave
    incumbent.settle(0, wave.free_prices())
    placed = incumbent.lift(0)
    takes = tuple(take for take in placed.takes if take.block.by_class[take.offer])
    assert takes  # one of its units waits for the truck
    later = replace(placed, takes=takes, drawn=None)
    incumbent.put(0, later)
    assert drawn_on(incumbent, 0) == {1: 1}
    first = incumbent.lift(0)
    incumbent.left[1] = 0  # both of Tuesday's are taken

    incumbent.put(0, first)

    assert drawn_on(incumbent, 0) == {0: 1}


def test_what_is_taken_later_is_counted_by_class():
    """Of cells that there are; where nothing comes nothing is taken."""
    nodes = node("N1"), node("N2")
    rows = (*ARRIVING, row("A", 0, (WED, 1), at="N2"))
    incumbent = waiting(wants(A=4), wants(name="o2", A=6), rows=rows, nodes=nodes)
    (loner, _) = incumbent.wave.loners
    incumbent.left[loner.later[0, 0, 0]] -= 2

    assert incumbent.taken_later(None) is None
    found = incumbent.taken_later(loner.later)
    assert found[:, 0].tolist() == [[2, 0], [0, 0]]


def test_cells_that_are_drawn_on_are_among_the_resources():
    """So that whoever frees an order's cells knows of Tuesday's."""
    incumbent = waiting(wants(A=3), wants(name="o2", A=3))
    incumbent.settle(0, incumbent.wave.free_prices())

    assert {0, 1} <= set(resources_of(incumbent, 0)) <= {0, 1, 2}


def test_dues_are_those_of_the_cells_drawn_on():
    """One of now at 5, two of Tuesday's at 1."""
    incumbent = waiting(wants(A=3), wants(name="o2", A=3), rows=[row("A", 1, (TUE, 2))])
    wave = incumbent.wave
    incumbent.settle(0, wave.free_prices())
    load = np.zeros(len(wave.capacity))

    assert dues_of(incumbent, 0, Prices.of(np.array([5.0, 1.0]), load)) == 7.0
