"""Key figures are what a pencil finds in the frames."""

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domroute.costs import Backorder, Carbon, Fact, Lateness, Load, Speed, Stability
from domroute.costs.registry import TERMS
from domroute.errors import InputError
from domroute.policy import Policy
from domroute.replay.engine import Replay
from domroute.replay.groups import REST
from domroute.replay.kpis import KPIS, kpi_of, kpis_by, kpis_of
from domroute.replay.world import World
from replay.runs_at_hand import four_orders, run
from replay.streams import drawn_stream, shop

YEAR = 365.25

EXPECTED = {
    "orders": 4,
    "shipments": 3,  # of five, one was rejected and one canceled
    "revenue": 2 * 10 + 20 + 2 * 10,
    "refunds": 10,
    "goods_cost": 2 * 6 + 11 + 2 * 6 - 6,  # one unit went back to stock
    "cost_to_serve": 7 + 5 + 2 + 1,
    "penalties": 2 + 100,
    "total_cost": 7 + 5 + 2 + 1 + 2 + 100,
    "cost:handling": 1,
    "cost:returns": 2,
    "cost:rule:near": 2,
    "cost:shipping": 12,
    "cost:stock_value": 3,
    "cost:unfilled": 100,
    "cost_per_order": 15 / 2,
    "cost_per_unit": 15 / 5,
    "contribution_margin": 60 - 10 - 29 - (7 + 5 + 1 + 2),
    "margin_per_order": 6 / 4,
    "fill_rate": 5 / 7,
    "whole_rate": 2 / 3,
    "unfilled_units": 2,
    "unfilled:not_enough_stock": 1,
    "unfilled:split_limit": 1,
    "stockout_units": 1,
    "lost_margin": 4 + 9,
    "shipments_per_order": 3 / 2,
    "split_rate": 1 / 2,
    "on_time_rate": math.nan,
    "lead_h_mean": 20,
    "lead_h_p50": 20,
    "lead_h_p95": 29,  # 95 % of the way from 10 to 30
    "km_per_shipment": 75,  # of 100 and 50; the third is collected
    "share_from:dc": 2 / 5,
    "share_from:store": 3 / 5,
    "share_by:pickup": 2 / 5,
    "share_by:ship": 3 / 5,
    "rejections": 1,
    "rejections_by:chance": 1,
    "reroute_rate": 1 / 4,
    "return_rate": 1 / 4,
    "inventory_turns": 5 * YEAR / (10 * 4),  # 12 on one day, 8 on the other: 10
    "imbalance": 1.0,  # stores (4, 0) and (2, 0): the mean is the deviation
    "empty_rate": 2 / 6,
    "ms_per_order": 6 / 5,
    "ms_per_order_p95": 2.0,  # of 1, 1, 1, 1 and 2 the fifth: four are 80 %
}


def test_kpis_are_what_a_pencil_finds():
    """Every KPI of a small run is the figure added up by hand, in the stated order."""
    found = kpis_of(four_orders())

    assert found.to_dict() == pytest.approx(EXPECTED, nan_ok=True)
    assert list(found.index) == list(EXPECTED)


def test_kpis_of_nothing():
    """A run in which nothing happens has counts of zero, and no ratios."""
    found = kpis_of(run())

    for name, value in found.items():
        assert value == 0 or math.isnan(value), name
    assert found["orders"] == found["contribution_margin"] == 0
    assert math.isnan(found["fill_rate"])


def test_margin_is_unknown_without_prices_of_what_is_left():
    """Where the frame of unfilled units has no prices, their margin is not known."""
    outcome = four_orders()
    bare = outcome.tables["unfilled"].drop(columns=["unit_price", "unit_cost"])
    outcome.tables["unfilled"] = bare

    assert math.isnan(kpis_of(outcome)["lost_margin"])


def test_terms_of_stock_and_carbon_are_no_cost_to_serve():
    """Every term that looks at stock is a value; so are prices that nobody is paid."""
    ours = {
        term for term in TERMS.values() if term.__module__.startswith("domroute.costs.")
    }

    assert {term for term in ours if not term.is_cash} == {
        *(Backorder, Carbon, Lateness, Load, Speed, Stability),
        *(term for term in ours if Fact.STOCK in term.depends_on),
    }


def test_what_an_amount_is_goes_by_what_its_term_says():
    """A value under a name of its own is none of the cost; a frame must say so."""
    outcome = four_orders()
    costs = outcome.tables["costs"]
    costs.loc[costs["term"] == "stock_value", "term"] = "ahead"

    assert kpis_of(outcome)["cost_to_serve"] == 15.0

    outcome.tables["costs"] = costs.drop(columns="nature")
    with pytest.raises(InputError, match=r"costs\.nature: is required"):
        kpis_of(outcome)


def test_every_kpi_says_what_it_is():
    """Names are unique, and each has a label, a unit and a formula of one sentence."""
    assert len({kpi.name for kpi in KPIS}) == len(KPIS)
    for kpi in KPIS:
        assert kpi.label
        assert kpi.unit
        assert kpi.formula.endswith(".")
        assert ":" not in kpi.name


def test_kpis_by_kind_of_node():
    """What nodes ship, refuse and hold is told apart by their kind."""
    found = kpis_by(four_orders(), "kind")

    assert list(found.index) == ["dc", "store", REST]
    assert found["shipments"].tolist() == [1, 2, 0]
    assert found["revenue"].tolist() == [20, 40, 0]
    # 7 at the center; 5 and 1 at the stores; 2 for the parcel that came back.
    assert found["cost_to_serve"].tolist() == [7, 6, 2]
    # What is left unfilled, and the price of a soft rule.
    assert found["penalties"].tolist() == [0, 0, 102]
    assert found["cost:handling"].tolist() == [0, 1, 0]
    assert found["rejections"].tolist() == [0, 1, 0]
    assert found["refunds"].tolist() == [0, 10, 0]  # returned at a store
    assert found["empty_rate"].tolist()[:2] == [0, 0.5]
    assert "fill_rate" not in found.columns


def test_kpis_by_node_and_method():
    """Groups may be single nodes, or the way goods reach the customer."""
    by_node, by_method = (
        kpis_by(four_orders(), "node"),
        kpis_by(four_orders(), "method"),
    )

    # s1 shipped it, and s2 took it back: a unit that was bought at 6 and sold at 10.
    assert by_node["refunds"].to_dict() == {"d1": 0, "s1": 0, "s2": 10, REST: 0}
    assert by_node["goods_cost"].sum() == 2 * 6 + 11 + 2 * 6 - 6
    assert by_node["shipments"].to_dict() == {"d1": 1, "s1": 1, "s2": 1, REST: 0}
    assert by_method["cost_to_serve"].to_dict() == {"pickup": 1, "ship": 12, REST: 2}
    assert "empty_rate" not in by_method.columns


def test_kpis_by_channel_and_by_region():
    """Groups may be of orders: a column of theirs, or any mapping from their ids."""
    by_channel = kpis_by(four_orders(), "channel")
    by_region = kpis_by(four_orders(), {"o1": "east", "o2": "west", "o3": "east"})

    assert by_channel["orders"].to_dict() == {"app": 1, "web": 3}
    assert by_region["total_cost"].to_dict() == {"east": 114, "west": 3, REST: 0}
    assert by_region["fill_rate"].to_dict()["east"] == 3 / 5
    assert by_region["orders"].to_dict() == {"east": 2, "west": 1, REST: 1}
    assert by_region.loc["west", "unfilled:split_limit"] == 0


def test_unknown_group_is_refused():
    """A group that the frames do not know is told what they do."""
    with pytest.raises(InputError, match="'planet' should be one of kind, node"):
        kpis_by(four_orders(), "planet")


SUMS = ("shipments", "cost_to_serve", "penalties", "total_cost")


@pytest.mark.parametrize(
    "by",
    ["kind", "node", "method", "service", "channel", "tier", {"o1": 7, "o2": None}],
)
def test_groups_of_any_sort_add_up(by):
    """What belongs to no group has a row of its own, so sums are those of the run."""
    whole, parts = kpis_of(four_orders()), kpis_by(four_orders(), by)

    for name in SUMS:
        assert parts[name].sum() == pytest.approx(whole[name])


def test_goods_brought_to_a_node_that_never_shipped_are_counted():
    """A store that took one unit back, and did nothing else, is in the rest."""
    outcome = four_orders()
    outcome.tables["returns"]["node"] = "s9"

    found = kpis_by(outcome, "kind")

    assert found["refunds"].to_dict() == {"dc": 0, "store": 0, REST: 10}


def test_no_rest_where_there_is_none():
    """Where every order has a group there is no row for others."""
    assert list(kpis_by(four_orders(), "channel").index) == ["app", "web"]


@pytest.mark.parametrize(
    ("by", "words", "code"),
    [
        (
            pd.Series(["d1", "s2"], index=["o1", "o1"]),
            "by: 'o1' with more than one group",
            "duplicate_id",
        ),
        ({1: "x", 2: "y"}, "by: 1, 2: no order of the run is among", "unknown_id"),
        ({}, "by: no names: no order of the run is among them", "unknown_id"),
        (5, "by: int should be one of kind, node", "wrong_type"),
    ],
)
def test_groups_that_cannot_be_read_are_refused(by, words, code):
    """An order with two groups, and ids that no order has, would lose sums."""
    with pytest.raises(InputError, match=words) as caught:
        kpis_by(four_orders(), by)

    assert [issue.code for issue in caught.value.issues] == [code]


def test_outcome_gives_its_kpis_by_groups():
    """The same as the function; and what an outcome lacks is told what it has."""
    scenario = shop(units=2)
    outcome = Replay(scenario, drawn_stream(scenario, 1), Policy()).run()

    assert outcome.kpis(by="kind").equals(kpis_by(outcome, "kind"))
    with pytest.raises(AttributeError, match="its frames are orders, shipments"):
        outcome.shipment  # noqa: B018 - that it is not there is the point


def test_unknown_kpi_is_refused():
    """A KPI that does not exist is told which do."""
    with pytest.raises(InputError, match="'profit' is no KPI, known are orders"):
        kpi_of("profit")


def test_kpis_of_a_replay_agree_with_its_orders():
    """What is worked out from shipments is what the frame of orders says."""
    scenario = shop(units=2)
    world = World(rejects={"store": 0.3}, short_picks={"dc": 0.2})
    outcome = Replay(scenario, drawn_stream(scenario, 1), Policy(), world=world).run()

    found, orders = outcome.kpis(), outcome.orders
    unfilled = outcome.unfilled
    assert found["revenue"] == pytest.approx(orders["revenue"].sum())
    assert found["goods_cost"] == pytest.approx(orders["goods_cost"].sum())
    assert found["shipments"] == orders["shipments"].sum()
    assert found["unfilled_units"] == orders["unfilled"].sum() > 0
    assert found["total_cost"] == pytest.approx(outcome.cost)
    # Every item is sold at 40 and was bought at 15.
    assert found["lost_margin"] == pytest.approx(25 * unfilled["quantity"].sum())


ORDER_SUMS = ("orders", "shipments", "revenue", "refunds", "goods_cost", "rejections")


@given(st.lists(st.sampled_from(["x", "y", "z"]), min_size=4, max_size=4))
def test_groups_of_orders_add_up(groups):
    """Wherever orders are put, sums over the groups are the sums of the run."""
    outcome = four_orders()
    by = dict(zip(outcome.tables["orders"]["order"], groups, strict=True))
    whole, parts = kpis_of(outcome), kpis_by(outcome, by)

    for name in (*ORDER_SUMS, "cost_to_serve", "contribution_margin", "lost_margin"):
        assert parts[name].sum() == pytest.approx(whole[name])
