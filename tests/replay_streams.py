"""Small streams of events: by hand, and drawn."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from builders import network, node, order, stock
from domroute.policy import Policy
from domroute.replay import (
    Canceled,
    Closed,
    LookAhead,
    Placed,
    Received,
    Rejected,
    Reopened,
    Returned,
    Returns,
    Tactic,
    World,
)
from domroute.scenario import Scenario

START = datetime(2026, 1, 31, 12, tzinfo=UTC)
NODES = ("N1", "S1", "S2")
SKUS = "ABC"


def at(hours):
    """Say a moment, in hours from the start."""
    return START + timedelta(hours=hours)


def placed(name, hours=0.0, *, where=(0.0, 0.0), **fields):
    """Place an order: ``placed("o1", 2, A=1)``."""
    return Placed(order=order(name, at=where, placed_at=at(hours), **fields))


def small(inventory=None, **fields):
    """Make a scenario of one center and two stores in a row, a degree apart."""
    nodes = network(
        node("N1", (0.0, 0.0), per_shipment=5.0, per_unit=1.0),
        node("S1", (0.0, 1.0), kind="store", per_shipment=4.0, per_unit=2.0),
        node("S2", (0.0, 2.0), kind="store", per_shipment=3.0, per_unit=3.0),
        items=SKUS,
    )
    ledger = (
        stock(N1={"A": 5, "B": 5}, S1={"A": 5, "C": 2})
        if inventory is None
        else inventory
    )
    return Scenario(name="small", network=nodes, inventory=ledger, **fields)


AHEAD = LookAhead(window_days=1, horizon_days=1, refresh_h=12)
POLICY = Policy(costs=[{"term": "handling"}], unfilled_penalty=50.0)


@st.composite
def streams(draw):
    """Draw a scenario, events of every kind, a tactic and a world."""
    inventory = stock(
        **{
            name: {sku: draw(st.integers(0, 3)) for sku in SKUS}
            for name in draw(st.sets(st.sampled_from(NODES), min_size=1))
        }
    )
    hours = st.integers(0, 60).map(float)
    events, names = [], []
    for number in range(draw(st.integers(1, 6))):
        names.append(f"o{number}")
        wanted = draw(
            st.dictionaries(st.sampled_from(SKUS), st.integers(1, 3), min_size=1)
        )
        where = (0.0, draw(st.floats(0, 2)))
        events.append(placed(names[-1], draw(hours), where=where, **wanted))
    some, where, sku = (
        st.sampled_from(names),
        st.sampled_from(NODES),
        st.sampled_from(SKUS),
    )
    lines = {event.order.id: [one.id for one in event.order.lines] for event in events}
    for kind in draw(st.lists(st.integers(0, 6), max_size=10)):
        moment = at(draw(hours))
        name = draw(some)
        line = draw(st.sampled_from(lines[name]))
        several = draw(st.integers(1, 2))
        anywhere = draw(where)
        if kind == 0:
            events.append(
                Received(at=moment, node=anywhere, sku=draw(sku), quantity=several)
            )
        elif kind == 1:
            events.append(
                Rejected(
                    at=moment,
                    order=name,
                    node=anywhere,
                    line=line,
                    quantity=draw(st.sampled_from([None, several])),
                    is_lost=draw(st.booleans()),
                )
            )
        elif kind == 2:
            events.append(Rejected(at=moment, order=name, node=anywhere))
        elif kind == 3:
            events.append(Closed(at=moment, node=anywhere))
        elif kind == 4:
            events.append(Reopened(at=moment, node=anywhere))
        elif kind == 5:
            whole = draw(st.booleans())
            events.append(Canceled(at=moment, order=name, line=None if whole else line))
        else:
            events.append(
                Returned(
                    at=moment,
                    order=name,
                    line=line,
                    quantity=several,
                    node=draw(st.sampled_from([None, anywhere])),
                    to_stock=draw(st.booleans()),
                )
            )
    tactic = Tactic(
        name="drawn",
        policy=POLICY,
        hold_h=draw(st.sampled_from([0.0, 0.0, 1.0, 24.0])),
        wave_limit_s=600.0,
        look_ahead=draw(st.sampled_from([None, None, None, AHEAD])),
    )
    share = st.sampled_from([0.0, 0.0, 0.5, 1.0])
    world = World(
        pick_h=draw(st.sampled_from([0.0, 4.0])),
        rejects={"store": draw(share)},
        short_picks={"dc": draw(share)},
        returns=draw(
            st.none()
            | st.builds(
                Returns,
                share=share,
                in_store=share,
                days=st.just(1.0),
                resalable=share,
            )
        ),
    )
    return small(inventory), draw(st.permutations(events)), tactic, world
