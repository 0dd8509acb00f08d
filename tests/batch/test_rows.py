"""Orders that wait for stock, in a program of several: what leaves draws on cells."""

import pytest

from arriving import TUE, WED, offers_of, router_of, row, wants
from builders import line, node
from domroute.batch.incumbent import Incumbent
from domroute.batch.program import solve_joint
from domroute.batch.wave import compile_wave
from domroute.costs import Backorder, Handling

WAITING = Backorder(per_unit=1.0)


def solved(rows, *orders, nodes=(), costs=(WAITING,)):
    """Ask for all orders at once, each refused before; the plan, and its bound."""
    router = router_of(rows, *nodes, costs=costs)

    def laid(one):
        return offers_of(router, one, is_alone=False)

    wave = compile_wave(orders, laid, router.policy, router._compiled.arrays)
    incumbent = Incumbent.of(wave)
    for at in range(wave.count):
        incumbent.refuse(at)
    everyone = range(wave.count)
    bound = solve_joint(incumbent, everyone, time_limit_s=60.0, gap=0.0)
    return incumbent, bound


def test_orders_share_what_is_there_and_what_comes():
    """One now, one on Tuesday, one on Wednesday: of three orders of one two wait."""
    rows = [row("A", 1, (TUE, 1), (WED, 1))]
    orders = [wants(name=f"o{at}", A=1) for at in range(3)]

    incumbent, bound = solved(rows, *orders)

    assert incumbent.rank() == (0, pytest.approx(2.0))
    assert bound == pytest.approx(2.0)
    assert incumbent.left.tolist() == [0, 0, 0]


def test_no_more_leaves_by_a_moment_than_is_there():
    """Of three that come two are given out; what may not wait takes what is there."""
    rows = [row("A", 1, (TUE, 2))]
    no = line("A", "A", 2, allow_backorder=False)

    incumbent, bound = solved(rows, wants(no, name="o0"), wants(name="o1", A=2))

    # The first gets one, and is short of one at 50; both of the second wait, at 1.
    assert incumbent.rank() == (0, pytest.approx(50.0 + 2.0))
    assert bound == pytest.approx(52.0)
    assert incumbent.is_sound


def test_who_waits_leaves_what_is_there_to_who_may_not():
    """One there, one on Tuesday: the order that may wait does."""
    rows = [row("A", 1, (TUE, 1))]
    no = line("A", "A", allow_backorder=False)

    incumbent, _ = solved(rows, wants(name="o0", A=1), wants(no, name="o1"))

    assert incumbent.rank() == (0, pytest.approx(1.0))


def test_what_comes_to_one_node_is_not_of_another():
    """N2's truck costs its shipment of 3; a third order would be left at 50."""
    nodes = node("N1", per_shipment=1.0), node("N2", per_shipment=3.0)
    rows = [row("A", 1), row("A", 0, (TUE, 1), at="N2")]
    orders = [wants(name=f"o{at}", A=1) for at in range(3)]

    incumbent, bound = solved(rows, *orders, nodes=nodes, costs=(Handling(), WAITING))

    assert incumbent.rank() == (0, pytest.approx(1.0 + (3.0 + 1.0) + 50.0))
    assert bound == pytest.approx(55.0)


def test_skus_that_arrive_apart_leave_together_at_last():
    """B comes on Wednesday: one shipment of 3 then beats two, and A waits for it."""
    rows = [row("A", 1), row("B", 0, (WED, 1))]
    nodes = (node("N1", per_shipment=3.0),)
    orders = [wants(name="o0", A=1, B=1), wants(name="o1", A=1)]

    incumbent, bound = solved(rows, *orders, nodes=nodes, costs=(Handling(), WAITING))

    # There is one A. If o1 has it: 3, and 3 + 1 for B, and 50. If o0 has it, and it
    # leaves with B: 3 + 2, and 50.
    assert incumbent.rank() == (0, pytest.approx(55.0))
    assert bound == pytest.approx(55.0)
