"""Filters and rules by themselves: whom they concern, whom they let."""

from dataclasses import dataclass

import pytest
from pydantic import ValidationError

from builders import item, network, node, order, pickup, service, stock
from domroute.errors import InputError
from domroute.frames import scenario_from_frames, to_frames
from domroute.orders import Delivery
from domroute.policy import Policy
from domroute.reasons import Reason
from domroute.router import Router
from domroute.rules import (
    DISTANCE_SLACK_KM,
    EligibleNodes,
    ExcludedNodes,
    MaxDistance,
    MinAccuracy,
    NeedBy,
    NodeFilter,
    NodePriority,
    OrderFilter,
    RequireTag,
    Rule,
    SafetyStock,
)
from domroute.scenario import Scenario
from domroute.verify import verify

STORE = node("S1", kind="store", groups=["east", "big"], tags=["cold"])
ITEM = item("A")
HARD = [
    EligibleNodes(nodes=NodeFilter(kinds=["store"])),
    ExcludedNodes(nodes=NodeFilter(kinds=["store"])),
    MaxDistance(km=1.0),
    RequireTag(tag="cold"),
]


@pytest.mark.parametrize(
    ("fields", "matches"),
    [
        ({}, True),
        ({"ids": ["S1", "S2"]}, True),
        ({"ids": ["S"]}, False),
        ({"kinds": ["store"]}, True),
        ({"kinds": ["dc"]}, False),
        ({"groups": ["west", "big"]}, True),
        ({"groups": ["west"]}, False),
        ({"tags": ["cold"]}, True),
        ({"tags": ["hazmat"]}, False),
        ({"kinds": ["store"], "tags": ["cold"]}, True),
        ({"kinds": ["store"], "tags": ["hazmat"]}, False),
    ],
    ids=str,
)
def test_node_filter(fields, matches):
    """A node matches when it matches every field given, by any of its values."""
    assert NodeFilter(**fields).matches(STORE) is matches


@pytest.mark.parametrize(
    ("fields", "matches"),
    [
        ({}, True),
        ({"channels": ["web"]}, True),
        ({"channels": ["phone"]}, False),
        ({"tiers": ["gold"]}, True),
        ({"tiers": ["silver"]}, False),
        ({"tags": ["gift", "rush"]}, True),
        ({"tags": ["rush"]}, False),
        ({"methods": ["ship"]}, True),
        ({"methods": ["pickup"]}, False),
        ({"channels": ["web"], "tiers": ["silver"]}, False),
    ],
    ids=str,
)
def test_order_filter(fields, matches):
    """An order matches when it matches every field given."""
    asked = order(A=1, channel="web", tier="gold", tags=["gift"])

    assert OrderFilter(**fields).matches(asked, asked.delivery) is matches


def test_order_without_a_channel_matches_no_channel():
    """What an order does not say is not what a rule asks for."""
    asked = order(A=1)

    assert not OrderFilter(channels=["web"]).matches(asked, asked.delivery)
    assert not OrderFilter(tags=["gift"]).matches(asked, asked.delivery)


def test_order_filter_asks_the_delivery_at_hand():
    """One order may hold deliveries that a rule concerns, and others."""
    asked = order(A=1)
    rule = OrderFilter(methods=["pickup"])

    assert rule.matches(asked, pickup("S1"))
    assert not rule.matches(asked, Delivery())


def test_eligible_and_excluded_are_opposites():
    """What one rule lets in, the other keeps out."""
    eligible, excluded = HARD[:2]
    warehouse = node("N1")

    assert eligible.permits(STORE, ITEM, 0.0)
    assert not eligible.permits(warehouse, ITEM, 0.0)
    assert not excluded.permits(STORE, ITEM, 0.0)
    assert excluded.permits(warehouse, ITEM, 0.0)


def test_excluding_everything_is_refused():
    """A filter left empty by mistake would close the whole network."""
    with pytest.raises(ValidationError, match="every node"):
        ExcludedNodes(nodes=NodeFilter())


@pytest.mark.parametrize(
    ("km", "permitted"),
    [(9.0, True), (10.0, True), (10.0 + DISTANCE_SLACK_KM, True), (10.00001, False)],
)
def test_distance_is_limited_to_the_millimeter(km, permitted):
    """A node at the limit is near enough, one a centimeter beyond is not."""
    assert MaxDistance(km=10.0).permits(STORE, ITEM, km) is permitted


def test_distance_limits_the_nodes_that_match():
    """A limit on stores leaves warehouses alone."""
    rule = MaxDistance(km=10.0, nodes=NodeFilter(kinds=["store"]))

    assert not rule.permits(STORE, ITEM, 11.0)
    assert rule.permits(node("N1"), ITEM, 11.0)


@pytest.mark.parametrize(
    ("delivery", "applies"),
    [
        (Delivery(), True),
        (Delivery(method="ship_to_store", node="S1"), True),
        (pickup("S1"), False),
        (Delivery(method="curbside", radius_km=1.0), False),
    ],
    ids=["ship", "ship_to_store", "pickup", "curbside"],
)
def test_distance_is_no_matter_of_collected_deliveries(delivery, applies):
    """Who comes to collect decides himself how far he goes."""
    assert MaxDistance(km=1.0).applies(order(A=1), delivery) is applies


@pytest.mark.parametrize(
    ("item_tags", "node_tags", "permitted"),
    [
        ([], [], True),
        (["cold"], [], False),
        (["cold"], ["cold"], True),
        (["cold", "hazmat"], ["cold"], True),
        ([], ["cold"], True),
    ],
    ids=["plain", "lacks", "has", "other_tag", "unneeded"],
)
def test_tag_is_required_where_the_item_has_it(item_tags, node_tags, permitted):
    """Cold items need a cold node; plain items go anywhere."""
    rule = RequireTag(tag="cold")

    assert (
        rule.permits(node("N1", tags=node_tags), item("A", tags=item_tags), 0.0)
        is permitted
    )


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        (HARD[0], Reason.NOT_ELIGIBLE),
        (HARD[1], Reason.NOT_ELIGIBLE),
        (HARD[2], Reason.TOO_FAR),
        (HARD[3], Reason.MISSING_CAPABILITY),
    ],
    ids=[rule.name for rule in HARD],
)
def test_rule_says_why(rule, reason):
    """Every rule has its stable reason."""
    assert rule.reason is reason


@pytest.mark.parametrize("rule", HARD, ids=lambda rule: rule.name)
def test_rules_are_rules(rule):
    """The built-in rules keep to the protocol that yours keep to."""
    assert isinstance(rule, Rule)
    assert rule.price is None


@pytest.mark.parametrize("rule", HARD, ids=lambda rule: rule.name)
def test_rule_concerns_the_orders_that_match(rule):
    """A rule for the web leaves orders by phone alone."""
    webbed = rule.model_copy(update={"orders": OrderFilter(channels=["web"])})
    web, phone = (order(A=1, channel=name) for name in ("web", "phone"))

    assert webbed.applies(web, web.delivery)
    assert not webbed.applies(phone, phone.delivery)


@pytest.mark.parametrize("kind", [NodePriority, SafetyStock])
def test_rules_of_whole_orders_know_no_method(kind):
    """Priority and safety stock concern an order, not one of its deliveries."""
    more = {"units": 1} if kind is SafetyStock else {}

    assert kind(orders=OrderFilter(channels=["web"]), **more).orders.channels
    with pytest.raises(ValidationError, match="whole orders"):
        kind(orders=OrderFilter(methods=["ship"]), **more)


def test_rule_of_your_own_is_any_object():
    """A rule needs the five members, and no base class."""

    @dataclass(frozen=True)
    class NoMondays:
        """No node may fill anything, ever."""

        name: str = "no_mondays"
        price: float | None = None
        reason: Reason = Reason.NOT_ELIGIBLE

        def applies(self, order, delivery):  # noqa: ARG002 - the protocol names them
            """Concern every order."""
            return True

        def permits(self, node, item, distance_km):  # noqa: ARG002 - likewise
            """Let no node."""
            return False

    assert isinstance(NoMondays(), Rule)
    assert not isinstance(object(), Rule)


NEAR = "rule:min_accuracy"


@pytest.mark.parametrize("price", [-1.0, "2", float("inf")])
def test_price_of_a_rule_is_an_amount(price):
    """A soft rule has a finite price, not negative."""
    with pytest.raises(ValidationError):
        MaxDistance(km=1.0, price=price)


@pytest.mark.parametrize(
    ("price", "expected"),
    [(None, ("N2", {"handling": 9.0})), (2.0, ("N1", {"handling": 5.0, NEAR: 2.0}))],
    ids=["hard", "soft"],
)
def test_only_accurate_nodes_fill(price, expected):
    """N1 is cheaper, and one record of ten is wrong there."""
    rule = {"rule": "min_accuracy", "least": 0.95, "price": price}
    policy = Policy.model_validate({"costs": [{"term": "handling"}], "rules": [rule]})
    made = network(
        node("N1", per_shipment=5.0, accuracy=0.9),
        node("N2", per_shipment=9.0, accuracy=0.95),
    )
    held, wanted = stock(N1={"A": 1}, N2={"A": 1}), order(A=1)

    result = Router(made, held, policy).route(wanted)

    (shipment,) = result.plan.shipments
    assert (shipment.node_id, result.costs.to_dict()) == expected
    assert verify(result, wanted, made, held, policy) == ()
    assert Policy.model_validate(policy.model_dump(mode="json")) == policy


def test_accuracy_excludes_with_its_reason():
    """Where no node is accurate enough, the policy leaves none for any order."""
    policy = Policy(rules=[MinAccuracy(least=1.0)])
    made = network(node("N1", accuracy=0.99), node("N2"))
    held = stock(N1={"A": 1})

    found = Router(made, held, policy).route(order(A=1))

    assert [part.reason for part in found.plan.unfilled] == ["no_eligible_node"]
    with pytest.raises(InputError, match="leave no node for any order"):
        Scenario("s", network(node("N1", accuracy=0.99)), held, policy=policy)


def test_accuracy_is_a_column():
    """Saved with the nodes, and brought back; a share of two is refused."""
    made = Scenario("s", network(node("N1", accuracy=0.9)), stock(N1={"A": 1}))
    frames = to_frames(made)

    assert frames["nodes"]["accuracy"].tolist() == [0.9]
    assert scenario_from_frames(frames, name="s").network == made.network
    with pytest.raises(ValidationError, match="less than or equal to 1"):
        node("N1", accuracy=2.0)


def test_need_by_concerns_some_orders():
    """Those its filter matches, by what the delivery asks too; of nodes it lets all."""
    gold, silver = order(A=1, tier="gold"), order(A=1, tier="silver")
    rule = NeedBy(orders={"tiers": ["gold"], "methods": ["ship"]})

    assert rule.applies(gold, Delivery())
    assert not rule.applies(silver, Delivery())
    assert not rule.applies(gold, pickup("S1"))
    assert rule.permits(STORE, ITEM, 1e6)
    assert NeedBy().applies(silver, pickup("S1"))


def test_need_by_is_never_broken():
    """It has no price, and one reason."""
    assert NeedBy().price is None
    assert NeedBy().reason is Reason.TOO_LATE
    with pytest.raises(ValidationError):
        NeedBy(price=2.0)


@pytest.mark.parametrize(
    ("tier", "need_by", "is_sent"),
    [
        ("gold", "2026-11-19", True),
        ("gold", "2026-11-18", False),
        ("silver", "2026-11-18", True),
        (None, "2026-11-18", True),
    ],
)
def test_need_by_forbids_beside_a_price(tier, need_by, is_sent):
    """It comes on the 19th: a day late costs 2, and gold does not have it."""
    rule = {"rule": "need_by", "orders": {"tiers": ["gold"]}}
    term = {"term": "lateness", "per_line_day": 2.0}
    policy = Policy.model_validate(
        {"costs": [term], "rules": [rule], "unfilled_penalty": 7.0}
    )
    ground = service("g", transit_days=1, pickups=["17:00"], delivers_by="20:00")
    made = network(node("N1", time_zone="UTC"), services=[ground])
    made = made.model_copy(update={"time_zone": "UTC"})
    wanted = order(
        A=1,
        tier=tier,
        placed_at="2026-11-18T10:00:00Z",
        delivery=Delivery(need_by=need_by),
    )
    held = stock(N1={"A": 1})

    result = Router(made, held, policy).route(wanted)

    late = 2.0 if need_by == "2026-11-18" else 0.0
    assert result.cost == (late if is_sent else 7.0)
    assert [left.reason for left in result.plan.unfilled] == (
        [] if is_sent else [Reason.TOO_LATE]
    )
    assert verify(result, wanted, made, held, policy) == ()
    assert Policy.model_validate(policy.model_dump(mode="json")) == policy
