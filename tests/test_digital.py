"""Goods without a node: routed, judged, told, and by brute force."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from beside_stocked import best_of
from builders import item, line, network, node, order, stock
from digital_worlds import delivered, to_ship, with_cards
from domroute.errors import InputError
from domroute.events import Canceled, Placed, Rejected
from domroute.files.frames import items_from_frame
from domroute.frames import to_frames
from domroute.jsonio import (
    results_from_json,
    results_to_json,
    scenario_from_json,
    scenario_to_json,
)
from domroute.ledger import Inventory
from domroute.orders import Line
from domroute.plan import Digital
from domroute.policy import Policy
from domroute.replay import Replay, Tactic
from domroute.reroute.state import OrderState, OrderStatus
from domroute.result import PLAN_COLUMNS
from domroute.router import Router
from domroute.scenario.bundle import Scenario
from domroute.split import SplitLimits
from domroute.verify import verify
from domroute.words import Status
from plain_dated import DatedWorld
from plain_dated_worlds import drawn
from plain_stocked import StockedWorld
from plain_stocked_worlds import drawn_stocked

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
LATER = datetime(2026, 6, 3, tzinfo=UTC)

pytestmark = pytest.mark.filterwarnings(
    "ignore::domroute.errors.BackorderWarning",
)


def goods(**more):
    """Make a network of a mug, a card and a song that is out on Wednesday."""
    made = network(
        node("N1", per_shipment=2.0),
        node("N2", per_shipment=3.0),
        items=[
            item("mug", unit_price=10.0),
            item("card", unit_price=50.0, digital=True),
            item("song", unit_price=1.0, digital=True, release_at=LATER),
        ],
    )
    return made.model_copy(update=more)


STOCK = stock(N1={"mug": 2}, N2={"mug": 2})
POLICY = Policy(costs=[{"term": "handling"}], unfilled_penalty=100.0)


def wants(*lines, **fields):
    """Ask for lines at noon."""
    made = order("o1", *lines, **fields)
    return made.model_copy(update={"placed_at": NOON})


MIXED = wants(line("l1", "mug", 2), line("l2", "card", 3), line("l3", "song", 1))


def router(policy=POLICY, ledger=STOCK):
    """Make a router of these goods."""
    return Router(goods(), ledger, policy)


def test_digital_lines_come_from_no_node():
    """Two mugs ship for 2; the cards are there at once, the song when it is out."""
    result = router().route(MIXED)

    assert result.cost == 2.0
    assert result.is_optimal
    assert [part.node_id for part in result.plan.shipments] == ["N1"]
    assert result.plan.digital == (
        Digital("o1", "l2", "card", 3, NOON),
        Digital("o1", "l3", "song", 1, LATER),
    )
    assert result.order == MIXED
    assert not verify(result, MIXED, goods(), STOCK, POLICY)


@pytest.mark.parametrize("method", ["auto", "subset", "mip", "greedy"])
def test_orders_of_digital_lines_alone_cost_nothing(method):
    """Nothing ships, nothing is left, and that is proven best."""
    policy = Policy(**{**POLICY.model_dump(), "solve": {"method": method}})
    wanted = wants(line("l1", "card", 2))

    result = Router(goods(), Inventory(), policy).route(wanted)

    assert (result.cost, result.bound, result.status) == (0.0, 0.0, Status.OPTIMAL)
    assert not result.plan.shipments
    assert not result.plan.unfilled
    assert result.plan.split_count == 0
    assert not verify(result, wanted, goods(), Inventory(), policy)


def test_no_plan_for_the_rest_leaves_digital_lines_alone():
    """A mug that must be filled and is nowhere: no plan, and the card is there."""
    wanted = wants(line("l1", "mug", 9, must_fill=True), line("l2", "card", 1))

    result = router().route(wanted)

    assert result.status is Status.INFEASIBLE
    assert [part.line_id for part in result.plan.unfilled] == ["l1"]
    assert [part.line_id for part in result.plan.digital] == ["l2"]
    assert not verify(result, wanted, goods(), STOCK, POLICY)


def test_completeness_is_of_what_ships():
    """Five mugs are too many: none ships, and the card is there."""
    policy = Policy(
        costs=[{"term": "handling"}],
        unfilled_penalty=100.0,
        splits=SplitLimits(ship_complete=True),
    )
    wanted = wants(line("l1", "mug", 5), line("l2", "card", 1))

    result = router(policy).route(wanted)

    assert not result.plan.shipments
    assert [part.line_id for part in result.plan.digital] == ["l2"]
    assert not verify(result, wanted, goods(), STOCK, policy)


@pytest.mark.parametrize(("least", "shipments"), [(79.0, 2), (81.0, 1)])
def test_an_order_is_worth_its_digital_lines_too(least, shipments):
    """Three mugs and a card are worth 80: two nodes may fill an order of 79."""
    policy = Policy(
        costs=[{"term": "handling"}],
        unfilled_penalty=100.0,
        splits=SplitLimits(min_order_value=least),
    )
    wanted = wants(line("l1", "mug", 3), line("l2", "card", 1))

    result = router(policy).route(wanted)

    assert len(result.plan.shipments) == shipments
    assert not verify(result, wanted, goods(), STOCK, policy)


def test_nothing_is_asked_of_their_stock_or_node():
    """Rows of digital stock, closed nodes and lines that may wait are of no matter."""
    ledger = stock(N1={"mug": 2, "card": 0})
    away = line(
        "l2", "card", 1, excluded_nodes=["N1", "N2"], allow_split=False, must_fill=True
    )

    result = Router(goods(), ledger, POLICY).route(wants(line("l1", "mug", 1), away))

    assert result.cost == 2.0
    assert len(result.plan.digital) == 1
    assert ledger.reserve(result.plan) is not None
    assert ledger.available("N1", "mug") == 1


@pytest.mark.parametrize(
    ("digital", "codes"),
    [
        ((), {"not_accounted"}),
        ((Digital("o1", "l2", "card", 2, NOON),), {"not_accounted"}),
        ((Digital("o1", "l2", "card", 3, LATER),), {"wrong_date"}),
        ((Digital("o1", "l2", "card", 3),), {"wrong_date"}),
        ((Digital("o9", "l2", "card", 3, NOON),), {"unknown_id"}),
        (
            (
                Digital("o1", "l2", "card", 3, NOON),
                Digital("o1", "l1", "mug", 2, NOON),
            ),
            {"unknown_id"},
        ),
        ((Digital("o1", "l2", "song", 3, NOON),), {"unknown_id", "not_accounted"}),
    ],
)
def test_judge_looks_for_every_digital_unit(digital, codes):
    """Missing, too few, at another time, of another order, or what ships."""
    wanted = wants(line("l1", "mug", 2), line("l2", "card", 3))
    result = router().route(wanted)
    plan = replace(result.plan, digital=digital)

    faults = verify(plan, wanted, goods(), STOCK, POLICY)

    assert {fault.code for fault in faults} == codes


def test_judge_refuses_nodes_that_ship_digital_lines():
    """A card in a parcel is in no plan."""
    wanted = wants(line("l1", "mug", 2), line("l2", "card", 3))
    plan = router().route(wanted).plan
    (part,) = plan.shipments
    more = replace(part.contents[0], line_id="l2", sku="card", quantity=3)
    wrong = replace(plan, shipments=(replace(part, contents=(*part.contents, more)),))

    faults = verify(wrong, wanted, goods(), STOCK, POLICY)

    assert any("l2' is digital" in fault.message for fault in faults)


# --- faults -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fields",
    [{"pinned_node": "N1"}, {"ship_together": "x"}, {"substitutes": [("mug", 1)]}],
)
def test_lines_cannot_tie_digital_goods(fields):
    """They come from no node, leave with nothing, and nothing stands in for them."""
    wanted = wants(line("l1", "card", 1, **fields))

    with pytest.raises(InputError) as refused:
        router().route(wanted)

    assert [issue.code for issue in refused.value.issues] == ["digital_line"]


def test_digital_goods_stand_in_for_nothing():
    """A mug is no card."""
    wanted = wants(line("l1", "mug", 1, substitutes=[("card", 1)]))

    with pytest.raises(InputError) as refused:
        router().route(wanted)

    assert [issue.code for issue in refused.value.issues] == ["digital_substitute"]


def test_kits_are_made_of_what_ships():
    """Neither a kit nor what is in it is digital; all faults are told."""
    with pytest.raises(ValidationError, match="digital_kit"):
        item("set", components=[("mug", 1)], digital=True)

    made = network(
        node("N1"),
        items=[item("card", digital=True), item("set", components=[("card", 1)])],
    )
    with pytest.raises(InputError) as unmade:
        Scenario("x", made, Inventory()).check()
    assert [issue.code for issue in unmade.value.issues] == ["digital_component"]


def test_digital_is_yes_or_no():
    """Nothing else can be said of an item."""
    with pytest.raises(ValidationError):
        item("card", digital="perhaps")


# --- what is told -------------------------------------------------------------------


def test_results_tell_digital_lines():
    """In words, in HTML, in a row of their own, in JSON and back."""
    result = router().route(MIXED)
    frame = result.to_frame()

    assert "3 x card (line l2) digital, there 2026-06-01 12:00Z" in str(result)
    assert ("digital", "4 units") in result.summary()
    assert "2026-06-03 00:00Z" in result._repr_html_()
    assert list(frame.columns) == list(PLAN_COLUMNS)
    rows = frame[frame["method"] == "digital"]
    assert rows["quantity"].tolist() == [3, 1]
    assert rows["shipment"].isna().all()
    assert results_from_json(results_to_json([result])) == (result,)


def test_results_without_digital_lines_say_nothing_of_them():
    """Their JSON is what it was."""
    result = router().route(wants(line("l1", "mug", 1)))

    assert "digital" not in result.to_dict()
    assert "digital" not in dict(result.summary())


def test_explanations_and_promises():
    """A sentence for each line; no node beside what none ships; one option."""
    asked = router()
    alone = wants(line("l1", "card", 1))

    told = asked.explain(MIXED).sentences
    assert "3 x card (line l2) are digital: no node ships them." in told
    assert "1 x song (line l3) is digital: no node ships it." in told
    assert asked.explain(alone).sentences[0] == "Nothing ships: all of it is digital."
    assert not asked.explain(alone).nodes
    assert [option.speed for option in asked.promise(alone)] == ["best"]
    for option in asked.promise(MIXED):
        assert [part.line_id for part in option.result.plan.digital] == ["l2", "l3"]


def test_scores_leave_digital_lines_out():
    """A decision says nothing of them; one that does is refused."""
    asked = router()

    scored = asked.score(MIXED, {("l1", "N2"): 2})
    assert scored.result.cost == 3.0
    assert len(scored.result.plan.digital) == 2
    assert not scored.faults
    assert asked.score(wants(line("l1", "card", 1)), {}).result.cost == 0.0
    with pytest.raises(InputError) as refused:
        asked.score(MIXED, {("l2", "N1"): 3})
    assert [issue.code for issue in refused.value.issues] == ["digital_line"]


def test_rerouting_leaves_digital_lines_alone():
    """What a node refuses goes from the other; the cards were delivered."""
    asked = router()
    result = asked.route(MIXED)
    refused = Rejected(at=NOON, order="o1", node="N1")

    answer = asked.reroute(result, [refused])

    assert [part.node_id for part in answer.plan.shipments] == ["N2"]
    assert answer.plan.digital == result.plan.digital
    assert answer.status is OrderStatus.OPEN
    assert OrderState.from_dict(answer.state.to_dict()) == answer.state
    gone = asked.reroute(answer, [Canceled(at=NOON, order="o1", line="l2")])
    assert [why for _, why in gone.ignored] == ["nothing of it is still to leave"]
    over = asked.reroute(answer, [Canceled(at=NOON, order="o1")])
    assert over.status is OrderStatus.DONE  # the cards have been delivered
    assert asked.rebalance([result]).results[0].plan == result.plan


def test_replays_count_digital_units_as_filled():
    """All eight units are filled, of which two are in a shipment."""
    orders = [
        MIXED.model_copy(update={"id": "o1"}),
        wants(line("l1", "card", 2)).model_copy(update={"id": "o2"}),
    ]
    scenario = Scenario("x", goods(time_zone="UTC"), STOCK, tuple(orders), POLICY)

    outcome = Replay(
        scenario,
        [Placed(order=each) for each in orders],
        Tactic(name="one", policy=POLICY),
    ).run()

    assert outcome.orders["filled"].tolist() == [6, 2]
    figures = outcome.kpis()
    assert figures["fill_rate"] == figures["whole_rate"] == 1.0
    assert figures["revenue"] == 20.0
    assert set(outcome.promises["line"]) == {"l1"}


def test_items_say_it_in_files():
    """JSON and frames keep it; a scenario reads back equal."""
    scenario = Scenario("x", goods(time_zone="UTC"), STOCK, (MIXED,), POLICY)
    made = scenario_from_json(scenario_to_json(scenario))
    items = items_from_frame(to_frames(scenario)["items"])

    assert made.network == scenario.network
    assert [one.digital for one in sorted(items, key=lambda x: x.sku)] == [
        True,
        False,
        True,
    ]


# --- beside every plan of what ships ------------------------------------------------

KINDS = {"dated": (drawn, DatedWorld), "stocked": (drawn_stocked, StockedWorld)}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(20))
def test_router_is_beside_every_plan_of_what_ships(kind, seed):
    """The same cost by every exact method, digital lines whole, the judge silent."""
    draw, world_of = KINDS[kind]
    made = with_cards(draw(seed), seed)
    rest = to_ship(made.order, made.network)
    best = None if rest is None else best_of(world_of(rest, *made[1:]))
    cost = 0.0 if rest is None else float("inf") if best is None else best.cost

    for method in ("auto", "subset", "mip"):
        solve = made.policy.solve.model_copy(update={"method": method})
        policy = made.policy.model_copy(update={"solve": solve})
        of = made.network, made.inventory, policy
        result = Router(*of).route(made.order, quotes=made.quotes)
        told = [
            (part.line_id, part.sku, part.quantity, part.delivers_at)
            for part in result.plan.digital
        ]

        assert result.cost == pytest.approx(cost)
        assert told == delivered(made.order, made.network)
        assert not verify(result, made.order, *of, quotes=made.quotes)


@pytest.mark.parametrize("seed", range(10))
def test_waves_are_those_of_what_ships(seed):
    """A wave with digital lines costs what one without them does."""
    made = with_cards(drawn_stocked(f"wave {seed}", 3), seed)
    rests = [to_ship(each, made.network) for each in made.orders]
    counts = Counter(len(each.lines) for each in made.orders)
    asked = Router(made.network, made.inventory, made.policy)

    wave = asked.route_batch(made.orders, quotes=made.quotes, gap=0.0)
    plain = asked.route_batch(
        [rest for rest in rests if rest is not None], quotes=made.quotes, gap=0.0
    )

    assert counts.total() == len(wave.results)
    assert wave.cost == pytest.approx(plain.cost)
    assert wave.bound == pytest.approx(plain.bound)
    for each, result in zip(made.orders, wave, strict=True):
        rest = made.network, made.inventory, made.policy
        assert len(result.plan.digital) == len(delivered(each, made.network))
        more = {"quotes": made.quotes, "cost": result.cost}
        assert not verify(result.plan, each, *rest, **more)


def test_an_order_may_hold_a_sku_twice():
    """Two lines of cards are two lines."""
    wanted = wants(Line(id="a", sku="card", quantity=1), line("b", "card", 2))

    result = router().route(wanted)

    assert [part.quantity for part in result.plan.digital] == [1, 2]
