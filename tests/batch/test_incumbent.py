"""The joint plan in the making: what is lifted is given back, once."""

import numpy as np
import pytest

from builders import line, node, order, place
from domroute.batch.cells import UNITS_SLACK
from domroute.batch.incumbent import Incumbent
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
