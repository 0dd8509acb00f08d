"""Orders of a wave by tier, and parts of waves on what others leave."""

import math

import pytest

from builders import line, node, order, place
from domroute import SplitLimits
from domroute.batch.beginning import begin, placed_before
from domroute.batch.incumbent import Incumbent
from domroute.batch.parting import Part
from domroute.batch.placed import UNPLACED
from domroute.batch.tiers import Beside, TierSearch
from domroute.orders import Delivery
from domroute.plan import Content, Shipment
from domroute.words import Method
from waves import compiled_with_router

NEAR = Delivery(method="pickup", radius_km=500.0)
ELSEWHERE = Delivery(to=place((1.0, 1.0)))
NODES = [
    node("N1", kind="store", per_shipment=1.0),
    node("N2", (0.5, 0.0), kind="store", per_shipment=2.0, per_unit=1.0),
    node("N3", (1.0, 0.0), kind="store", per_shipment=4.0),
]
HELD = {"N1": {"A": 2}, "N2": {"A": 2, "B": 1}, "N3": {"A": 3, "B": 2}}


def wave_of(orders, nodes=NODES, held=HELD, **policy):
    """Compile a wave."""
    policy = {"unfilled_penalty": 30.0, **policy}
    return compiled_with_router(orders, nodes, held, **policy)[0]


def searched(wave, tiers, start=None, **fields):
    """Decide tiers; return the incumbent, what was found for each, and the bound."""
    given = {"time_limit_s": 5.0, "gap": 0.0, "seed": 0, **fields}
    search = TierSearch(
        wave,
        tiers,
        start,
        lambda *_: Beside(),
        watch=lambda *_: True,
        **given,
    )
    joint, found, bound = search.run()
    return joint.incumbent, found, bound


def shipped(node_id, **units):
    """Make a shipment of lines that are named as their SKUs."""
    contents = tuple(Content(sku, sku, count) for sku, count in units.items())
    return Shipment("o", node_id, Method.SHIP, contents)


ORDERS = [order("o1", A=2), order("o2", A=2), order("o3", A=1, B=1)]


def test_better_tier_has_the_cheaper_units():
    """The second order, as the first tier, takes both of N1; the first takes N2's."""
    wave = wave_of(ORDERS[:2])

    incumbent, (one, two), bound = searched(wave, [[1], [0]])

    # 1 at N1; 2 and two units at 1 each, or 4 at N3; together no other way is better.
    assert (one.cost, two.cost) == (1.0, 4.0)
    assert one.bound == pytest.approx(1.0)
    assert two.bound == pytest.approx(4.0)
    assert bound == pytest.approx(5.0)
    assert incumbent.is_sound


@pytest.mark.parametrize("is_large", [False, True])
def test_bound_by_prices_holds(is_large, monkeypatch):
    """Where there are too many for one program, prices say what all cost at least."""
    if is_large:
        monkeypatch.setattr(TierSearch, "_is_large", lambda *_: True)
    wave = wave_of(ORDERS)

    _, found, bound = searched(wave, [[1], [0], [2]], time_limit_s=1.0)

    costs = [tier.cost for tier in found]
    # 1 for o2 at N1, 4 for o1 at N3 or N2; o3 has A and B: 2 and 2 units, or 4.
    assert costs == [1.0, 4.0, 4.0]
    assert bound <= sum(costs) + 1e-9
    assert all(tier.bound <= tier.cost + 1e-9 for tier in found)


def test_part_sees_what_others_leave():
    """With N1 taken by the first, nothing of N1 fits the second."""
    wave = wave_of(ORDERS)
    incumbent = Incumbent.of(wave)
    incumbent.settle(0, wave.free_prices())

    part = Part.of(incumbent, [1, 2])

    assert part.wave.count == 2
    assert part.wave.stock.sum() == wave.stock.sum() - 2
    alone = part.wave.ask(part.wave.free_prices(), is_strict=True)
    assert alone.values.tolist() == [4.0, 4.0]


def test_part_goes_back_on_the_whole():
    """What it takes is taken there, and the same columns come back."""
    wave = wave_of([*ORDERS, order("o4", line("l1", "A", 2), delivery=NEAR)])
    incumbent = Incumbent.of(wave)
    part = Part.of(incumbent, [2, 3])
    mine = Incumbent.of(part.wave)
    mine.settle_all(range(2), part.wave.free_prices())

    part.put_on(incumbent, mine.placed)

    assert [one is not None for one in incumbent.placed] == [False, False, True, True]
    # Two orders of the whole are not placed; what the others cost is the same.
    assert incumbent.rank() == (2, mine.rank()[1])
    assert [one.picks for one in part.narrowed(incumbent.placed)] == [
        one.picks for one in mine.placed
    ]


def test_loners_are_parted_too():
    """A line so long that its parts cannot be listed stands in no table."""
    held = {"N1": {"A": 40}, "N2": {"A": 40, "B": 9}, "N3": {"B": 9}}
    lines = [line(f"l{at}", "AB"[at % 2], 3) for at in range(12)]
    wave = wave_of([order("o1", *lines), order("o2", A=2)], held=held)
    assert wave.loners
    incumbent = Incumbent.of(wave)
    incumbent.settle(1, wave.free_prices())
    part = Part.of(incumbent, [0])
    mine = Incumbent.of(part.wave)
    mine.settle(0, part.wave.free_prices())

    part.put_on(incumbent, mine.placed)

    assert incumbent.placed[0].cost == mine.placed[0].cost
    assert incumbent.is_sound
    assert part.narrowed(incumbent.placed)[0].cost == mine.placed[0].cost


def test_plan_before_is_seen_in_a_table():
    """By node and units; None for what may not be there, or is not of the order."""
    wave = wave_of(ORDERS)
    empty = Incumbent.of(wave)

    found = placed_before(empty, 0, ORDERS[0], [shipped("N2", A=2)])

    assert found.cost == 4.0
    assert placed_before(empty, 0, ORDERS[0], []).cost == 60.0
    assert placed_before(empty, 0, ORDERS[0], [shipped("N1", A=1)]).cost == 31.0
    assert placed_before(empty, 0, ORDERS[0], [shipped("N9", A=1)]) is None
    assert placed_before(empty, 0, ORDERS[0], [shipped("N1", Z=1)]) is None
    assert placed_before(empty, 0, ORDERS[0], [shipped("N1", A=3)]) is None


def test_plan_before_is_seen_where_orders_stand_alone():
    """Shipments and nodes counted apart take an order out of the tables."""
    asked = order("o1", line("A", "A", 2), line("B", "B", 1, delivery=ELSEWHERE))
    wave = wave_of([asked], splits=SplitLimits(max_shipments=2, max_nodes=1))
    (loner,) = wave.loners
    assert loner.stand_in is not None
    empty = Incumbent.of(wave)

    found = placed_before(empty, 0, asked, [shipped("N3", A=2), shipped("N3", B=1)])

    # Two shipments of N3, 4 each; from two nodes it may not come.
    assert found.cost == 8.0
    apart = [shipped("N1", A=2), shipped("N3", B=1)]
    assert placed_before(empty, 0, asked, apart) is None


def test_begins_with_what_stands_and_fills_what_lacks():
    """The first keeps N3, though N1 is cheaper; the second, of nothing, takes N1."""
    wave = wave_of(ORDERS[:2])
    empty = Incumbent.of(wave)
    start = [
        placed_before(empty, 0, ORDERS[0], [shipped("N3", A=2)]),
        placed_before(empty, 1, ORDERS[1], []),
    ]

    begin(empty, start, [0, 1])

    assert [one.cost for one in empty.placed] == [4.0, 1.0]


def test_what_no_longer_fits_is_placed_anew():
    """Both say that they have N1's two units: one of them does not."""
    wave = wave_of(ORDERS[:2])
    empty = Incumbent.of(wave)
    start = [
        placed_before(empty, at, ORDERS[at], [shipped("N1", A=2)]) for at in (0, 1)
    ]

    begin(empty, start, [0, 1])

    assert sorted(one.cost for one in empty.placed) == [1.0, 4.0]
    assert empty.is_sound


def test_orders_without_a_plan_make_their_tier_infinite():
    """No node has three of B for it; the next tier is decided all the same."""
    must = order("o9", line("l1", "B", 9, must_fill=True))
    wave = wave_of([must, ORDERS[0]])

    incumbent, (one, two), bound = searched(wave, [[0], [1]])

    assert incumbent.placed[0] is UNPLACED or incumbent.placed[0].cost > 1e6
    assert math.isinf(one.cost)
    assert math.isinf(bound)
    assert two.cost == 1.0
