"""Waves of several channels: each has its own units, and all have the rest."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import item, network, node, order
from domroute.costs import Backorder, Handling
from domroute.ledger.inventory import Inbound, Inventory, Stock
from domroute.policy import Policy
from domroute.reasons import Reason
from domroute.router import Router
from domroute.rules import OrderFilter, SafetyStock
from domroute.verify.batch import verify_batch
from domroute.verify.wave import check_together

POLICY = Policy(costs=[Handling()], unfilled_penalty=50.0)


def ledger(on_hand=5, **allocated):
    """Make a ledger of A at N1, some of it for single channels."""
    return Inventory([Stock(node="N1", sku="A", on_hand=on_hand, allocated=allocated)])


def asked(**units):
    """Ask for A by orders of channels; ``none`` names none."""
    return [
        order(name, A=count, channel=None if name == "none" else name)
        for name, count in units.items()
    ]


def routed(orders, inventory, policy=POLICY):
    """Route a wave from N1, and judge it; units by order."""
    net = network(node("N1", per_shipment=1.0))
    batch = Router(net, inventory, policy).route_batch(orders)
    assert not verify_batch(batch, orders, net, inventory, policy)
    shipped = {
        result.order_id: sum(part.units for part in result.plan.shipments)
        for result in batch.results
    }
    return batch, shipped


def test_channels_take_their_own_and_share_the_rest():
    """Five, two for the web and one for the app: two are for all, and all five go."""
    batch, shipped = routed(asked(none=2, web=2, app=1), ledger(web=2, app=1))

    assert shipped == {"none": 2, "web": 2, "app": 1}
    assert batch.is_optimal


@pytest.mark.parametrize(
    ("wanted", "least", "most"),
    [
        ({"none": 5, "web": 5, "app": 5}, {"web": 2, "app": 1}, 5),
        ({"none": 5, "app": 5}, {"app": 1}, 3),
        ({"none": 5}, {}, 2),
        ({"web": 5}, {"web": 4}, 4),
        ({"store": 2, "none": 2}, {}, 2),
    ],
    ids=["all", "two", "none", "one", "strangers"],
)
def test_nobody_takes_what_is_for_others(wanted, least, most):
    """What a channel holds stays there, though none of its orders asks for it."""
    batch, shipped = routed(asked(**wanted), ledger(web=2, app=1))

    assert sum(shipped.values()) == most
    assert all(shipped[name] >= units for name, units in least.items())
    for result in batch.results:
        for part in result.plan.unfilled:
            assert part.reason in (Reason.ALLOCATED, Reason.NOT_ENOUGH_STOCK)


def test_more_may_be_allocated_than_there_is():
    """Of two, three are for the web: all others get none."""
    _, shipped = routed(asked(none=1, web=5), ledger(2, web=3))

    assert shipped == {"none": 0, "web": 2}


def test_what_is_kept_back_is_for_nobody():
    """One of five stays, two are for the web: two are for all, or three if it may go.

    Where only orders of the web must leave one, it goes to another after theirs.
    """
    keeps = SafetyStock(units=1.0, orders=OrderFilter(channels=["web"]))
    everybody = SafetyStock(units=1.0)

    for rule, most in ((everybody, 4), (keeps, 5)):
        policy = POLICY.model_copy(update={"rules": (rule,)})
        _, shipped = routed(asked(none=5, web=2), ledger(web=2), policy)
        assert sum(shipped.values()) == most


orders = st.lists(
    st.tuples(st.sampled_from(["web", "app", None]), st.integers(1, 3)),
    min_size=1,
    max_size=3,
)
allocations = st.dictionaries(
    st.sampled_from(["web", "app", "store"]), st.integers(0, 3)
)
cells = st.lists(st.tuples(st.integers(0, 6), allocations), min_size=1, max_size=2)


def is_fair(taken, on_hand, own):
    """Tell whether every set of channels takes no more than it may: by the book."""
    names = [*own, *({channel for channel, _ in taken} - set(own))]
    for chosen in product([False, True], repeat=len(names)):
        some = {name for name, is_in in zip(names, chosen, strict=True) if is_in}
        most = max(0, on_hand - sum(n for name, n in own.items() if name not in some))
        if sum(units for channel, units in taken if channel in some) > most:
            return False
    return True


@settings(max_examples=60, deadline=None)
@given(orders, cells)
def test_wave_is_as_good_as_brute_force(wanted, held):
    """Every division of every order over the nodes, against what sets of channels may.

    N1 asks 1 a shipment, N2 3; a unit left costs 50.
    """
    net = network(node("N1", per_shipment=1.0), node("N2", per_shipment=3.0))
    inventory = Inventory(
        Stock(node=f"N{at}", sku="A", on_hand=units, allocated=own)
        for at, (units, own) in enumerate(held, 1)
    )
    many = [
        order(f"o{at}", A=units, channel=channel)
        for at, (channel, units) in enumerate(wanted)
    ]
    ways = [
        [
            part
            for part in product(range(units + 1), repeat=len(held))
            if sum(part) <= units
        ]
        for _, units in wanted
    ]
    best = min(
        sum(
            50.0 * (units - sum(part))
            + sum(cost for cost, taken in zip((1.0, 3.0), part, strict=False) if taken)
            for (_, units), part in zip(wanted, parts, strict=True)
        )
        for parts in product(*ways)
        if all(
            is_fair(
                [
                    (channel, part[at])
                    for (channel, _), part in zip(wanted, parts, strict=True)
                ],
                *held[at],
            )
            for at in range(len(held))
        )
    )

    batch = Router(net, inventory, POLICY).route_batch(many)

    assert not verify_batch(batch, many, net, inventory, POLICY)
    assert batch.bound <= best + 1e-6
    assert batch.cost == pytest.approx(best)


def test_judge_counts_what_each_channel_took():
    """Three units of five for an order of no channel, where two are for all."""
    inventory, net = ledger(web=2, app=1), network(node("N1", per_shipment=1.0))
    free = Router(net, ledger(), POLICY)
    many = asked(none=3, web=2)
    plans = [free.route(one).plan for one in many]

    found = check_together(plans, net, inventory, orders=many)

    assert [(issue.code, issue.where) for issue in found] == [("oversold", "node 'N1'")]
    assert "for channel None, 2 are not for others" in found[0].message
    assert not check_together(plans[1:], net, inventory, orders=many)
    assert not check_together(plans, net, ledger(), orders=many)


def test_judge_counts_what_is_for_all():
    """Of six, three are for channels: two of them take four beyond what is theirs."""
    inventory, net = ledger(6, web=2, app=1), network(node("N1", per_shipment=1.0))
    free = Router(net, ledger(20), POLICY)
    many = asked(none=2, web=4)
    plans = [free.route(one).plan for one in many]

    (issue,) = check_together(plans, net, inventory, orders=many)

    assert "4 units of 'A' ship together beyond what channels hold, 3 are" in str(issue)
    assert not check_together(plans, net, ledger(7, web=2, app=1), orders=many)


def waiting(inventory, orders, **units):
    """Route a wave of orders that may wait, with time for what is proven at once."""
    policy = POLICY.model_copy(
        update={
            "costs": (Handling(), Backorder(per_unit=1.0)),
            "allow_backorder": True,
        }
    )
    net = network(node("N1", per_shipment=1.0), items=[item("A", **units)])
    batch = Router(net, inventory, policy).route_batch(orders, time_limit_s=2.0)
    assert not verify_batch(batch, orders, net, inventory, policy)
    return [
        [(part.stock_at is not None, part.units) for part in result.plan.shipments]
        for result in batch.results
    ]


def test_what_arrives_is_for_all_but_what_is_held():
    """One is there, three come, two are for the web: others may have two of four."""
    coming = Inbound(at="2026-03-05T08:00:00Z", quantity=3)
    row = Stock(node="N1", sku="A", on_hand=1, inbound=[coming], allocated={"web": 2})
    placed = {"placed_at": "2026-03-02T08:00:00Z"}

    others = waiting(Inventory([row]), [order("o1", A=4, **placed)])
    both = waiting(
        Inventory([row]),
        [order("o1", A=4, **placed), order("o2", A=2, channel="web", **placed)],
    )

    assert sum(units for _, units in others[0]) == 2
    assert [sum(units for _, units in shipped) for shipped in both] == [2, 2]


def test_orders_wait_for_what_keeps_each_for_its_own():
    """What is there is too old for all; of the three that come, all are taken once."""
    coming = Inbound(at="2026-03-05T08:00:00Z", quantity=3)
    row = Stock(
        node="N1", sku="A", on_hand=5, inbound=[coming], expires_on="2026-03-02"
    )
    orders = [
        order(name, A=2, placed_at="2026-03-02T08:00:00Z") for name in ("o1", "o2")
    ]

    shipped = waiting(Inventory([row]), orders, minimum_life_days=3)

    assert sorted(sum(units for _, units in one) for one in shipped) == [1, 2]
    assert all(waits for one in shipped for waits, _ in one)


def test_order_of_a_wave_waits_where_others_take_what_is_there():
    """Each by itself has enough on hand; together one of them waits."""
    coming = Inbound(at="2026-03-05T08:00:00Z", quantity=2)
    row = Stock(node="N1", sku="A", on_hand=2, inbound=[coming])
    orders = [
        order(name, A=2, placed_at="2026-03-02T08:00:00Z") for name in ("o1", "o2")
    ]

    shipped = waiting(Inventory([row]), orders)

    assert sorted(shipped) == [[(False, 2)], [(True, 2)]]


def test_who_waits_in_vain_is_not_told_of_others():
    """All that is held is held for the web: what its own orders took is not there."""
    coming = Inbound(at="2026-03-05T08:00:00Z", quantity=1)
    row = Stock(node="N1", sku="A", on_hand=1, inbound=[coming], allocated={"web": 2})
    fields = {"placed_at": "2026-03-02T08:00:00Z", "channel": "web"}

    shipped = waiting(
        Inventory([row]), [order("o1", A=1, **fields), order("o2", A=2, **fields)]
    )

    assert sum(units for one in shipped for _, units in one) == 2
