"""Nothing that happens in time costs less than what a clairvoyant could do."""

import itertools
import math
import random
import warnings
from dataclasses import dataclass
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import Crowding, line, network, node, order, service
from domroute import (
    Distance,
    Handling,
    InputError,
    Inventory,
    Network,
    NodeFilter,
    NodePriority,
    Policy,
    SafetyStock,
    Scenario,
    Shipping,
    SolverError,
    SplitLimits,
    Stock,
    StockLevel,
)
from domroute.batch.prices import Ascent
from domroute.events import (
    Canceled,
    Closed,
    Placed,
    Received,
    Rejected,
    Reopened,
    Returned,
)
from domroute.replay.engine import Replay
from domroute.replay.tactic import Tactic
from domroute.replay.world import Returns, World
from domroute.sourcing.arraymodel import ArrayModel
from domroute.sourcing.solution import Solution, Solver
from domroute.whatif.doubts import is_subadditive
from domroute.whatif.hindsight import above, hindsight
from domroute.whatif.relaxing import relax
from paying import Bonus
from replay.streams import START, drawn_orders, drawn_stream, shop

HOUR = timedelta(hours=1)
COSTS = {"d1": (2.0, 1.0), "s1": (3.0, 0.5), "s2": (1.0, 4.0)}
"""Of a shipment and of a unit, at each node."""
PENALTY = 9.0
HANDLED = Policy(costs=[Handling()], unfilled_penalty=PENALTY)


def cash(outcome):
    """Add up what is paid, as a script would that knows nothing of KPIs."""
    rows = outcome.costs.itertuples()
    apart = {"returns", "stock_level", "stock_value"}
    return sum(row.amount for row in rows if row.term not in apart)


def handled(rows, receipts=(), wanted=()):
    """Make a scenario of three nodes without carriage, and the events of a stream."""
    nodes = [
        node(name, per_shipment=a, per_unit=b, kind="dc")
        for name, (a, b) in COSTS.items()
    ]
    scenario = Scenario(
        name="handled",
        network=network(*nodes, items="A"),
        inventory=Inventory(
            Stock(node=n, sku="A", on_hand=units)
            for n, units in zip(COSTS, rows, strict=True)
        ),
        policy=HANDLED,
    )
    events = [
        *(
            Received(at=START + hour * HOUR, node=n, sku="A", quantity=units)
            for hour, n, units in receipts
        ),
        *(
            Placed(order=order(f"o{at}", placed_at=START + hour * HOUR, A=units))
            for at, (hour, units) in enumerate(wanted)
        ),
    ]
    return scenario, events


def best_in_time(rows, receipts, wanted):
    """
    Try every way to fill every order at its time; no stock is used before it is there.

    Each order takes some units from each node, and leaves the rest at the penalty.
    """
    best = math.inf
    ways = [
        [w for w in itertools.product(range(units + 1), repeat=3) if sum(w) <= units]
        for _, units in wanted
    ]
    for choice in itertools.product(*ways):
        cost, used = 0.0, [0, 0, 0]
        in_time = sorted(zip(wanted, choice, strict=True), key=lambda each: each[0][0])
        for (hour, units), taken in in_time:
            cost += PENALTY * (units - sum(taken))
            for at, (name, (fixed, each)) in enumerate(COSTS.items()):
                used[at] += taken[at]
                there = rows[at] + sum(
                    u for h, n, u in receipts if n == name and h <= hour
                )
                if used[at] > there:
                    cost = math.inf
                elif taken[at]:
                    cost += fixed + each * taken[at]
        best = min(best, cost)
    return best


STREAMS = st.tuples(
    st.tuples(*[st.integers(0, 2)] * 3),
    st.lists(
        st.tuples(st.integers(0, 3), st.sampled_from(list(COSTS)), st.integers(1, 2)),
        max_size=2,
    ),
    st.lists(st.tuples(st.integers(0, 3), st.integers(1, 2)), min_size=1, max_size=3),
)


@given(STREAMS)
def test_bound_is_below_the_best_in_time(stream):
    """By brute force over all plans in time; and equal where all stock is there."""
    rows, receipts, wanted = stream
    scenario, events = handled(*stream)

    found = hindsight(scenario, events)
    at_once = hindsight(scenario, events, hold_h=0)

    best = best_in_time(rows, receipts, wanted)
    assert found.bound - 1e-4 <= at_once.bound <= best + 1e-6
    assert found.is_certain
    if not receipts:
        assert found.bound == pytest.approx(best)


TACTICS = (
    Tactic(name="at once"),
    Tactic(name="waves", hold_h=2, wave_limit_s=0.2),
    Tactic(name="one parcel", policy=Policy(splits=SplitLimits(max_shipments=1))),
    Tactic(
        name="ladder",
        policy=Policy(
            rules=[
                NodePriority(),
                SafetyStock(units=1, nodes=NodeFilter(kinds=["store"])),
            ]
        ),
    ),
)


def drawn_trouble(seed):
    """Draw what goes wrong: rejections, closures, cancellations, returns, receipts."""
    draw = random.Random(seed)
    events = list(drawn_stream(None, seed))
    names, nodes = [f"o{at}" for at in range(len(events))], ["d1", "s1", "s2"]

    def when():
        return START + draw.uniform(0, 200) * HOUR

    placed = {event.order.id: event.order for event in events}
    return [
        *events,
        *(
            Rejected(at=when(), order=name, node=draw.choice(nodes), is_lost=True)
            for name in draw.sample(names, 3)
        ),
        *(
            Canceled(at=placed[name].placed_at + HOUR, order=name)
            for name in draw.sample(names, 2)
        ),
        *(
            Returned(
                at=when() + 100 * HOUR,
                order=name,
                line=placed[name].lines[0].id,
                quantity=1,
                node=draw.choice([None, "s1"]),
            )
            for name in draw.sample(names, 4)
        ),
        Closed(at=START + 3 * HOUR, node="s1"),
        Reopened(at=START + 6 * HOUR, node="s1"),
        Received(at=when(), node="s2", sku="B", quantity=2),
    ]


@settings(max_examples=20)
@given(st.integers(0, 10**6), st.sampled_from([1, 2, 8]), st.booleans())
def test_bound_is_below_every_tactic(seed, units, troubled):
    """Whatever goes wrong, and however orders are routed, it costs at least as much."""
    scenario = shop(units=units)
    events = drawn_trouble(seed) if troubled else drawn_stream(scenario, seed)
    returns = Returns(share=0.4, in_store=0.5, days=0.1, parcel_days=0.1)
    world = World(
        rejects={"store": 0.3} if troubled else {},
        short_picks={"dc": 0.2} if troubled else {},
        returns=returns,
        pick_h=0.5,
        inspection_h=1,
        least_transit_h=0.5,
        km_per_day=10_000,
    )

    found = hindsight(scenario, events, world=world, seed=seed, time_limit_s=0.3)

    assert found.is_certain
    longest = max(tactic.hold_h for tactic in TACTICS)
    waiting = hindsight(
        scenario, events, world=world, seed=seed, hold_h=longest, time_limit_s=0.3
    )
    for tactic in TACTICS:
        outcome = Replay(scenario, events, tactic, world=world, seed=seed).run()
        assert found.bound <= cash(outcome) + 1e-6, tactic.name
        assert waiting.bound <= cash(outcome) + 1e-6, tactic.name
        if found.bound:
            expected = cash(outcome) / found.bound - 1
            assert found.above(outcome) == pytest.approx(expected)


def test_bound_is_what_a_lone_order_costs():
    """With one order and no trouble, routing it is all that can be done."""
    scenario = shop()
    events = drawn_stream(scenario, 4)[:1]

    outcome = Replay(scenario, events, Policy()).run()

    assert hindsight(scenario, events).bound == pytest.approx(cash(outcome))


@pytest.mark.parametrize("lie", [90.0, math.inf, SolverError("failed")])
def test_lying_solver_does_not_raise_the_bound(lie, monkeypatch):
    """What it says above the best plan is dropped; the rest holds for any tactic."""
    # One unit at 1 + 4 and one at 3 + 0.5: 8.5, of two orders for one each.
    scenario, events = handled((0, 1, 1), wanted=[(0, 1), (1, 1)])
    solve = ArrayModel.solve

    def lying(self, **given):
        if given.get("solver", Solver.HIGHS) is not Solver.HIGHS:
            return solve(self, **given)
        if isinstance(lie, SolverError):
            raise lie
        return Solution(None, lie, 1)

    monkeypatch.setattr(ArrayModel, "solve", lying)
    monkeypatch.setattr(Ascent, "climb", lambda *_: None)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        found = hindsight(scenario, events)

    assert found.bound == pytest.approx(3 + 0.5 + 1 + 4)
    assert found.plan_cost == pytest.approx(3 + 0.5 + 1 + 4)


def test_split_limits_count_where_nothing_goes_wrong():
    """An order that may not be split is not, in hindsight either."""
    # Three units, of which no node has more than two: 3 + 2 x 0.5 at s1, one left.
    rows, wanted = (1, 2, 1), [(0, 3)]
    scenario, events = handled(rows, wanted=wanted)
    whole = HANDLED.model_copy(update={"splits": SplitLimits(max_shipments=1)})

    found = hindsight(scenario, events, whole)
    free = hindsight(scenario, events, HANDLED)

    assert found.bound == pytest.approx(3 + 2 * 0.5 + PENALTY)
    assert free.bound == pytest.approx(3 + 2 * 0.5 + 2 + 1)  # the third from d1
    refused = [*events, Rejected(at=START + HOUR, order="o0", node="s1")]
    assert hindsight(scenario, refused, whole).bound == pytest.approx(free.bound)


def test_stock_to_come_counts():
    """What arrives later, by an event or as inbound, is there in hindsight."""
    scenario, events = handled((0, 0, 0), [(3, "d1", 1)], [(0, 1)])

    assert hindsight(scenario, events).bound == pytest.approx(2 + 1)
    inbound = Stock(
        node="d1",
        sku="A",
        on_hand=0,
        inbound=[{"at": START + 5 * HOUR, "quantity": 1}],
    )
    late = Scenario(
        name="late",
        network=scenario.network,
        inventory=Inventory([inbound]),
        policy=HANDLED,
    )
    assert hindsight(late, events[1:]).bound == pytest.approx(2 + 1)


def test_stock_that_comes_too_late_does_not_count():
    """Where tactics hold orders for an hour, what comes two hours later is no use."""
    scenario, events = handled((0, 0, 0), [(2, "d1", 1)], [(0, 1)])

    early = hindsight(scenario, events, hold_h=1, time_limit_s=1)
    late = hindsight(scenario, events, hold_h=2, time_limit_s=1)

    assert early.bound == pytest.approx(PENALTY)
    assert late.bound == pytest.approx(sum(COSTS["d1"]))


def test_safety_stock_of_a_row_stays_there():
    """What a row keeps back is kept back in hindsight as well."""
    scenario, events = handled((3, 0, 0), wanted=[(0, 3)])
    kept = Scenario(
        name="kept",
        network=scenario.network,
        inventory=Inventory([Stock(node="d1", sku="A", on_hand=3, safety=1)]),
        policy=HANDLED,
    )

    assert hindsight(kept, events).bound == pytest.approx(2 + 2 * 1 + PENALTY)


def test_parcel_that_comes_back_takes_no_stock():
    """A unit sent back to the node that shipped it can serve a second customer."""
    scenario, events = handled((1, 0, 0), wanted=[(0, 1), (200, 1)])
    back = Returned(at=START + 100 * HOUR, order="o0", line="A", quantity=1)

    assert hindsight(scenario, events).bound == pytest.approx(3 + PENALTY)
    assert hindsight(scenario, [*events, back]).bound == pytest.approx(3 + 3)
    lost = back.model_copy(update={"to_stock": False})
    assert hindsight(scenario, [*events, lost]).bound == pytest.approx(3 + PENALTY)
    outcome = Replay(scenario, [*events, back], HANDLED).run()
    assert cash(outcome) == pytest.approx(3 + 3)


def test_canceled_lines_and_orders_cost_nothing():
    """What may have been canceled in time is left out; the rest of its order is not."""
    scenario, events = handled((5, 0, 0), wanted=[(0, 1), (0, 1)])
    gone = Canceled(at=START + HOUR, order="o0")

    found = hindsight(scenario, [*events, gone])

    assert (found.bound, found.orders) == (pytest.approx(3), 1)
    line_gone = gone.model_copy(update={"line": "A"})
    assert hindsight(scenario, [*events, line_gone]).bound == pytest.approx(3)


def test_orders_that_must_be_filled_are_left_out():
    """What it costs to fail them has no price; the summary counts them."""
    scenario, events = handled((5, 0, 0), wanted=[(0, 1)])
    must = order("m", line("A", "A", must_fill=True), placed_at=START, at=(0.0, 0.0))

    found = hindsight(scenario, [*events, Placed(order=must)])

    assert (found.orders, found.left_out, found.bound) == (1, 1, pytest.approx(3))
    assert "left out: 1" in str(found)


def test_capacity_does_not_count():
    """What a node can do in a day is no limit in hindsight."""
    scenario, events = handled((5, 0, 0), wanted=[(0, 1), (0, 1)])
    limit = {"limit": 1, "measure": "orders"}
    nodes = [
        each.model_validate(each.model_dump() | {"capacity": limit})
        for each in scenario.network.nodes
    ]
    tight = Scenario(
        name="tight",
        network=Network(nodes=nodes, items=scenario.network.items),
        inventory=scenario.inventory,
        policy=HANDLED,
    )

    assert hindsight(tight, events).bound == pytest.approx(6)


def test_returns_to_a_store_go_to_the_nearest_that_may_be_open():
    """A store that closes may pass returns on to the next nearest."""
    scenario = shop(units=1)
    world = World(returns=Returns(share=1.0, in_store=1.0, resalable=1.0))
    (event,) = drawn_stream(scenario, 4)[:1]
    near_s1 = event.order.model_copy(
        update={"destination": scenario.network.nodes[1].location}
    )
    events = [Placed(order=near_s1)]

    def came(*more):
        easy = relax(scenario, [*events, *more], Policy(), world=world, seed=0)
        first = near_s1.lines[0].sku
        return [easy.inventory.available(n, first) for n in ("d1", "s1", "s2")]

    quantity = near_s1.lines[0].quantity
    assert came() == [1, 1 + quantity, 1]
    assert came(Closed(at=START, node="s1")) == [1, 1 + quantity, 1 + quantity]


# 0.1 + 0.2 is a hair more than 0.3, and no heavier.
HAIR = service("hair", rates=((1.0, 1.5, 2.5, 3.0),), weights=(0.1, 0.2, 0.3, 0.6))
STEEP = service("steep", rates=((1.0, 8.0),), weights=(1.0, 2.0))
FLAT = service("flat", rates=((5.0, 8.0),), weights=(1.0, 2.0))


@pytest.mark.parametrize(
    ("card", "is_so"),
    [
        (FLAT, True),
        (HAIR, True),
        (STEEP, False),  # 2 kg cost 8, twice 1 kg costs 2
        (service("even", rates=((1.0, 2.0),), weights=(1.0, 2.0)), True),
        # 3 kg go as 2 + 1 at 9; as two parcels of 1.5 they cost 8.
        (service("odd", rates=((4.0, 5.0),), weights=(1.5, 2.0)), False),
        (service("lot", rates=((4.0, 9.0),), weights=(1.5, 2.0)), False),
        (service("up", rates=((1.0, 2.0),), weights=(1.5, 2.5), round_up_kg=1.0), True),
    ],
    ids=lambda value: getattr(value, "id", None),
)
def test_rate_cards_are_checked(card, is_so):
    """Whether a parcel may be dearer than two of the same weight together."""
    assert is_subadditive(card) is is_so


@given(
    st.lists(st.integers(1, 6), min_size=1, max_size=4, unique=True),
    st.lists(st.integers(0, 9), min_size=4, max_size=4),
)
def test_rate_cards_are_checked_as_by_walking_them(edges, prices):
    """Against a walk over all pairs of whole weights, parcel by parcel."""
    edges = sorted(edges)
    rates = sorted(prices[: len(edges)])
    card = service("c", rates=(tuple(map(float, rates)),), weights=tuple(edges))

    def price(weight):
        full = 0.0
        while weight > edges[-1]:
            weight -= edges[-1]
            full += rates[-1]
        return full + next(r for e, r in zip(edges, rates, strict=True) if weight <= e)

    weights = range(1, 3 * edges[-1] + 1)
    pairs = itertools.product(weights, repeat=2)
    assert is_subadditive(card) == all(
        price(a + b) <= price(a) + price(b) for a, b in pairs
    )


def with_services(*services):
    """Make a shop that ships by these."""
    base = shop()
    changed = base.network.model_copy(update={"services": services})
    return Scenario(name="carried", network=changed, inventory=base.inventory)


@dataclass(frozen=True)
class Gift(Bonus):
    """A term that pays for each shipment, and depends on nothing else."""

    depends_on: tuple[()] = ()
    is_cash: bool = True


def gift(paid=1.0, **fields):
    """Make one that pays for what leaves ``d1``."""
    return Gift({"d1": -paid}, {}, {}, **fields)


REFUSED = Rejected(at=START, order="o0", node="d1")


@pytest.mark.parametrize(
    ("scenario", "policy", "words"),
    [
        (shop(), Policy(costs=[Crowding()]), "'crowding' may depend on more"),
        (with_services(STEEP), Policy(), "'steep' charges less for two parcels"),
        (with_services(FLAT, service("f")), Policy(), "two shipments by two services"),
    ],
    ids=["term", "rates", "services"],
)
def test_doubts_are_said(scenario, policy, words):
    """Where the bound may not hold, it says why."""
    found = hindsight(scenario, [*drawn_stream(scenario, 0), REFUSED], policy)

    assert not found.is_certain
    assert words in str(found)


def test_doubt_about_what_is_paid_for_orders_left_out():
    """A term that may pay is in doubt only where an order is left out."""
    scenario, events = shop(), drawn_stream(shop(), 0)
    told = Policy(costs=[Handling(), gift()], unfilled_penalty=100.0)
    silent = told.model_copy(update={"unfilled_penalty": None})
    plain = silent.model_copy(update={"costs": (Handling(),)})

    assert hindsight(scenario, events, told).is_certain
    assert hindsight(scenario, events, plain).is_certain
    assert "'bonus' may pay for what is left out" in str(
        hindsight(scenario, [*events, REFUSED], told)
    )
    assert "'bonus' may pay" in str(hindsight(scenario, events, silent))


def test_bound_is_below_zero_where_a_term_pays():
    """One order from ``d1``, which is paid 50 for it: nobody can have paid more."""
    scenario = shop()
    events = [Placed(order=order("o", A=1, placed_at=START))]
    policy = Policy(costs=[gift(50.0)], unfilled_penalty=100.0)

    found = hindsight(scenario, events, policy)
    outcome = Replay(scenario, events, policy).run()

    assert found.is_certain
    assert found.bound == pytest.approx(-50.0)
    assert outcome.kpis()["total_cost"] == -50.0
    assert found.above(outcome) == pytest.approx(0.0, abs=1e-9)


def test_doubt_about_a_term_that_may_pay_and_is_no_cash():
    """It is left out of the bound: what it pays would have made that lower."""
    scenario, events = shop(), drawn_stream(shop(), 0)
    policy = Policy(costs=[Handling(), gift(is_cash=False)], unfilled_penalty=100.0)
    silent = policy.model_copy(update={"costs": (Handling(), StockLevel(price=1.0))})

    assert "'bonus' may pay" in str(hindsight(scenario, events, policy))
    assert hindsight(scenario, events, silent).is_certain


def test_doubt_about_collecting_within_a_radius():
    """Collected orders that are routed again may come from a second store."""
    scenario = shop()
    collected = order(
        "p", A=1, placed_at=START, delivery={"method": "pickup", "radius_km": 500.0}
    )
    events = [Placed(order=collected)]

    assert hindsight(scenario, events).is_certain
    refused = Rejected(at=START, order="p", node="s1")
    assert not hindsight(scenario, [*events, refused]).is_certain


def test_doubts_are_few_where_nothing_goes_wrong():
    """Services and rates are in doubt only where orders are routed again."""
    scenario = with_services(STEEP, FLAT)

    assert hindsight(scenario, drawn_stream(scenario, 0), Policy()).is_certain


def test_values_of_stock_are_no_cost():
    """Distance counts; a term of stock values does not."""
    scenario, events = shop(), drawn_stream(shop(), 0)
    plain = Policy(costs=[Distance(per_unit_km=0.01), Shipping()])
    easy = relax(scenario, events, plain, world=World(), seed=0)

    assert [term.name for term in easy.policy.costs] == ["distance", "shipping"]


def test_own_orders_and_policy_are_the_default():
    """A scenario says what was ordered, and what it costs."""
    base = shop(orders=drawn_orders(3))

    found = hindsight(base)

    assert found.orders == 12
    assert found.policy_version == base.policy.version
    assert "<th>bound</th>" in found._repr_html_()


def test_nothing_to_bound():
    """A bound of zero has nothing above it; a scenario without orders is refused."""
    assert math.isnan(above(1.0, 0.0))
    with pytest.raises(InputError, match="no orders"):
        hindsight(shop())
    scenario, events = handled((1, 0, 0), wanted=[(0, 1)])
    gone = Canceled(at=START, order="o0")
    assert hindsight(scenario, [*events, gone]).bound == 0
