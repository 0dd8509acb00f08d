"""Why shipments leave when they do: something in each may not leave before."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from arriving import NOW, TUE, left_by, offers_of, router_of, row, table_of, wants
from builders import item, line, service
from domroute.costs import Shipping
from domroute.orders import Delivery
from domroute.policy import SolveOptions
from domroute.sourcing.causes import (
    are_caused,
    causes_of,
    has_moments,
    lack_cause,
    twins_of,
)
from domroute.sourcing.choice import Take
from domroute.sourcing.onedate import as_shipments, leaves_with

BOTH = wants(line("l1", "A", 2), line("l2", "B", 1))
COMES = (row("A", 2), row("B", 0, (TUE, 1)))
"""Two A are there; one B comes on Tuesday."""
FRI = (TUE + timedelta(days=3)).date()


def laid(wanted=BOTH, rows=COMES, **more):
    """Lay out an order; return its offers and its only delivery."""
    offers = offers_of(router_of(rows, **more), wanted)
    (block,) = offers.blocks
    return offers, block


def caused(offers, block, *rows):
    """Tell whether takes leave for something: (offer, units, ...)."""
    return are_caused(offers, [Take(block, at, np.array(units)) for at, *units in rows])


def test_something_in_a_shipment_comes_with_its_class():
    """B comes on Tuesday: A may leave with it then, and not by itself."""
    offers, block = laid()

    assert has_moments(block)
    assert [x.tolist() for x in causes_of(offers, block, slice(None))] == [
        [[True, False], [True, True]]
    ]
    assert caused(offers, block, (0, 2, 0), (1, 0, 1))
    assert caused(offers, block, (1, 2, 1))
    assert not caused(offers, block, (0, 1, 0), (1, 1, 0))
    units = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    assert lack_cause(offers, block, units).tolist() == [
        [False, True],
        [False, False],
        [False, False],
    ]


def test_what_is_there_leaves_for_nothing_else():
    """Nothing is waited for: there is one moment, and no question."""
    offers, block = laid(wants(line("l1", "A", 2)))

    assert not has_moments(block)
    assert lack_cause(offers, block, np.ones((1, 1))) is None
    assert caused(offers, block, (0, 2))


def released(earliest):
    """Lay out an order for A, and for B that is released on Tuesday."""
    wanted = wants(
        line("l1", "A", 2),
        line("l2", "B", 1),
        delivery=Delivery(earliest=earliest),
    )
    items = [item("A"), item("B", release_at=TUE)]
    by = service("ground", transit_days=1)
    return laid(wanted, (row("A", 2), row("B", 1)), items=items, services=[by])


def test_something_in_a_shipment_is_released_when_it_begins():
    """Likewise for what is not released before."""
    offers, block = released(None)

    assert caused(offers, block, (0, 2, 0), (1, 0, 1))
    assert caused(offers, block, (0, 1, 0), (1, 1, 1))
    assert not caused(offers, block, (0, 1, 0), (1, 1, 0))
    assert twins_of(table_of(offers)) == []


def test_what_leaves_at_once_is_one_shipment():
    """Held until Friday both leave then: as one, by either of two offers."""
    offers, block = released(FRI)

    assert not caused(offers, block, (0, 2, 0), (1, 0, 1))
    assert caused(offers, block, (1, 2, 1))
    assert [x.tolist() for x in twins_of(table_of(offers))] == [[0, 1]]


def test_what_is_worked_on_on_two_days_is_two_shipments():
    """Both leave on Friday, but no day has room for both: each is begun by itself."""
    _, block = released(FRI)
    dates = replace(block.dates, works=np.array([0, 1]))
    apart = replace(block, dates=dates)

    assert leaves_with(apart, 0).tolist() == [True, False]
    assert [x.tolist() for x in as_shipments(apart)] == [[0, 1], [True, True]]
    assert as_shipments(block)[1].tolist() == [True, False]


@pytest.mark.parametrize("method", ["auto", "subset", "mip"])
def test_parcels_do_not_wait_to_be_cheaper(method):
    """Two A in one parcel cost 10, in two 2: both are there, and leave as one."""
    by = service("ground", rates=((1.0, 10.0),), weights=(1.0, 2.0))
    wanted = wants(line("l1", "A", 2), line("l2", "B", 1, unfilled_penalty=0.5))
    items = [item("A", weight_kg=1.0), item("B", weight_kg=1.0)]
    router = router_of(
        COMES,
        items=items,
        services=[by],
        costs=[Shipping()],
        solve=SolveOptions(method=method),
    )

    result = router.route(wanted)

    assert (result.cost, result.status) == (10.5, "optimal")
    assert left_by(result) == [("N1", "A2", NOW.strftime("%a"))]
