"""Kits and substitutes, from what is said of them to what becomes of it."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from builders import item, line, network, node, order, stock
from domroute import (
    Backorder,
    Component,
    Content,
    Inventory,
    Item,
    KitForm,
    Line,
    Network,
    Policy,
    Router,
    Scenario,
    SplitLimits,
    Stock,
    Substitute,
    verify,
)
from domroute.errors import InputError
from domroute.goods import Goods
from domroute.jsonio import (
    load_scenario,
    order_schema,
    results_from_json,
    results_to_json,
    save_scenario,
    scenario_from_json,
    scenario_to_json,
)
from domroute.plan import Plan, Shipment
from domroute.words import Method

SET = item("SET", unit_price=30.0, components=[("A", 2), ("B", 1)])
PARTS = item("PARTS", unit_price=30.0, components=[("A", 2), ("B", 1)], kit="parts")
GOODS = network(
    node("N1", per_shipment=2.0),
    node("N2", per_shipment=3.0),
    items=["A", "B", "C", SET, PARTS],
)
HANDLING = Policy(costs=[{"term": "handling"}], unfilled_penalty=50.0)


def _route(asked, inventory, policy=HANDLING, goods=GOODS):
    """Route, and let the judge look."""
    result = Router(goods, inventory, policy).route(asked)
    assert verify(result, asked, goods, inventory, policy) == ()
    return result


def _goods(result):
    """Return node, SKU and units of all that ships."""
    return [
        (part.node_id, content.sku, content.quantity)
        for part in result.plan.shipments
        for content in part.contents
    ]


def test_pairs_are_read_as_objects():
    """A pair of a SKU and a number will do for a component and a substitute."""
    made = line("l1", "A", substitutes=[("B", 2), ["C", 0.5], {"sku": "D"}])

    assert SET.components == (Component(sku="A", quantity=2), Component(sku="B"))
    assert made.substitutes == (
        Substitute(sku="B", penalty=2.0),
        Substitute(sku="C", penalty=0.5),
        Substitute(sku="D", penalty=0.0),
    )
    assert PARTS.kit is KitForm.PARTS


def _codes(make):
    """Return code and place of each fault."""
    with pytest.raises(InputError) as caught:
        make()
    return [(issue.code, issue.where) for issue in caught.value.issues]


def _scenario(items=(), lines=()):
    """Read a scenario that has faults in it."""
    raw = {
        "format": "domroute/1",
        "nodes": [{"id": "N1", "location": {"lat": 0, "lon": 0}}],
        "items": [{"sku": "A"}, {"sku": "B"}, *items],
        "stock": [],
        "orders": [
            {"id": "o1", "destination": {"lat": 0, "lon": 0}, "lines": list(lines)}
        ],
    }
    return scenario_from_json(json.dumps(raw))


def test_every_fault_is_told_with_its_place():
    """Kits of kits, repeated and unknown names: all at once."""
    found = _codes(
        lambda: _scenario(
            items=[
                {"sku": "K", "components": [["A", 1], ["A", 2]]},
                {"sku": "L", "components": [["M", 1]]},
                {"sku": "M", "components": [["B", 2], ["Z", 1]]},
                {"sku": "S", "components": [["S", 1]]},
                {"sku": "Q", "components": [["B", 0]]},
            ],
            lines=[
                {"id": "l1", "sku": "A", "quantity": 1, "substitutes": [["A", 1]]},
                {
                    "id": "l2",
                    "sku": "B",
                    "quantity": 1,
                    "substitutes": [["A", 1], ["A", 2]],
                },
                {"id": "l3", "sku": "B", "quantity": 1, "substitutes": [["Y", -1]]},
            ],
        )
    )

    assert found == [
        ("repeated_component", "items[2].components[1].sku"),
        ("kit_of_kits", "items[5].components[0].sku"),
        ("out_of_range", "items[6].components[0].quantity"),
        ("unknown_id", "items[4].components[1].sku"),
        ("kit_of_kits", "items[3].components[0].sku"),
        ("substitute_of_itself", "orders[0].lines[0].substitutes[0].sku"),
        ("repeated_substitute", "orders[0].lines[1].substitutes[1].sku"),
        ("out_of_range", "orders[0].lines[2].substitutes[0].penalty"),
        ("unknown_id", "orders[0].lines[2].substitutes[0].sku"),
    ]


def test_a_substitute_may_not_hold_what_it_replaces():
    """A kit with the line's SKU in it is no substitute for it, wherever it is asked."""
    lines = [{"id": "l1", "sku": "A", "quantity": 1, "substitutes": [["K", 1]]}]
    kits = [{"sku": "K", "components": [["A", 2]]}]
    asked = order("o1", line("l1", "A", substitutes=[("SET", 1)]))

    assert _codes(lambda: _scenario(kits, lines)) == [
        ("substitute_cycle_in_kit", "orders[0].lines[0].substitutes[0].sku")
    ]
    assert _codes(lambda: Router(GOODS, Inventory()).route(asked)) == [
        ("substitute_cycle_in_kit", "order 'o1' line 'l1'")
    ]


def test_names_are_known_to_a_router():
    """A router tells of components and substitutes that the network does not have."""
    strange = Network(nodes=[], items=[Item(sku="K", components=[("Z", 1)])])
    asked = order("o1", line("l1", "A", substitutes=[("Z", 1)]))

    assert _codes(lambda: Router(strange, Inventory())) == [
        ("unknown_id", "items[0].components[0].sku")
    ]
    assert _codes(lambda: Router(GOODS, Inventory()).route(asked)) == [
        ("unknown_id", "order 'o1' line 'l1'")
    ]


def test_a_kit_together_leaves_one_node():
    """Two nodes have the parts of two sets, but only N2 those of one."""
    there = stock(N1={"A": 4}, N2={"A": 2, "B": 2})
    result = _route(order("o1", SET=2), there)

    assert _goods(result) == [("N2", "A", 2), ("N2", "B", 1)]
    assert [(part.sku, part.quantity) for part in result.plan.unfilled] == [("SET", 1)]
    assert result.cost == pytest.approx(3.0 + 50.0)


def test_a_kit_in_parts_comes_from_several():
    """Four of A from N1, two of B from N2; no part of a third kit."""
    there = stock(N1={"A": 5}, N2={"B": 2})
    result = _route(order("o1", PARTS=3), there)

    assert _goods(result) == [("N1", "A", 4), ("N2", "B", 2)]
    assert result.cost == pytest.approx(2.0 + 3.0 + 50.0)


def test_a_unit_is_counted_once():
    """One B is in one kit, whichever of two lines it is for."""
    there = stock(N1={"A": 4, "B": 1})
    lines = [line("l1", "SET"), line("l2", "PARTS", unfilled_penalty=60.0)]
    result = _route(order("o1", *lines), there)

    assert _goods(result) == [("N1", "A", 2), ("N1", "B", 1)]
    assert [part.line_id for part in result.plan.unfilled] == ["l1"]


def test_a_substitute_is_charged():
    """One A is there; the second unit is a C at 1.5, which is less than 50."""
    there = stock(N1={"A": 1, "C": 5})
    asked = order("o1", line("l1", "A", 2, substitutes=[("C", 1.5)]))
    (part,) = (result := _route(asked, there)).plan.shipments

    assert dict(part.costs) == {"handling": 2.0, "substitution": 1.5}
    assert _goods(result) == [("N1", "A", 1), ("N1", "C", 1)]


def test_a_line_in_one_piece_is_of_one_sku():
    """Not to be split, it is two C at 1.5, or nothing."""
    there = stock(N1={"A": 1, "C": 5})
    asked = order("o1", line("l1", "A", 2, substitutes=[("C", 1.5)], allow_split=False))

    assert _goods(_route(asked, there)) == [("N1", "C", 2)]


def test_a_substitute_may_be_a_kit():
    """One C is there; a set stands in for the other, at 4 for the whole of it."""
    there = stock(N1={"A": 2, "B": 1, "C": 1})
    asked = order("o1", line("l1", "C", 2, substitutes=[("SET", 4.0)]))
    result = _route(asked, there)

    assert _goods(result) == [("N1", "C", 1), ("N1", "A", 2), ("N1", "B", 1)]
    assert dict(result.plan.costs)["substitution"] == pytest.approx(4.0)


def test_lines_that_ship_together_take_any_mixture():
    """Both leave N1: of the first line one A and one C, of the second a set."""
    there = stock(N1={"A": 3, "B": 1, "C": 1}, N2={"A": 9})
    asked = order(
        "o1",
        line("l1", "A", 2, substitutes=[("C", 1.0)], ship_together="x"),
        line("l2", "SET", ship_together="x"),
    )
    result = _route(asked, there)

    assert {part.node_id for part in result.plan.shipments} == {"N1"}
    assert result.cost == pytest.approx(2.0 + 1.0)


def test_the_price_is_the_lines():
    """A set worth 30 by price meets a minimum of 30, its components by theirs not."""
    dear = network(node("N1", per_shipment=2.0, minimum_order=30.0), items=GOODS.items)
    there = stock(N1={"A": 2, "B": 1, "C": 1})
    stands = order("o1", line("l1", "C", unit_price=30.0, substitutes=[("A", 1.0)]))

    assert _goods(_route(order("o1", SET=1), there, goods=dear)) != []
    assert _goods(_route(order("o1", A=2, B=1), there, goods=dear)) != []
    assert _goods(_route(order("o1", A=2), there, goods=dear)) == []
    assert _goods(_route(stands, there, goods=dear)) == [("N1", "C", 1)]


def test_part_of_a_kit_has_a_share_of_its_price():
    """Of 30, two A at 10 have 20 and B has 10: a part of 12 at least is not met."""
    there = stock(N1={"A": 2}, N2={"B": 1})
    least = HANDLING.model_copy(update={"splits": SplitLimits(min_part_value=12.0)})

    assert _goods(_route(order("o1", PARTS=1), there, least)) == []


def test_the_judge_sees_broken_kits():
    """Components that make no whole kits, or in several boxes, are a fault."""
    there = stock(N1={"A": 9, "B": 9}, N2={"A": 9, "B": 9})
    result = _route(order("o1", SET=2), there)
    (part,) = result.plan.shipments
    one = (Content("SET", "A", 2), Content("SET", "B", 2))
    apart = (
        replace(part, contents=(Content("SET", "A", 4),)),
        replace(part, node_id="N2", contents=(Content("SET", "B", 2),)),
    )

    for shipments in ((replace(part, contents=one),), apart):
        faults = verify(Plan(shipments), order("o1", SET=2), GOODS, there, HANDLING)
        assert "broken_kit" in {fault.code for fault in faults}


def test_the_judge_sees_what_does_not_stand_for_a_line():
    """A SKU that nobody named, and a charge that is not paid."""
    there = stock(N1={"A": 1, "B": 9, "C": 5})
    asked = order("o1", line("l1", "A", 2, substitutes=[("C", 1.5)]))
    result = _route(asked, there)
    (part,) = result.plan.shipments
    strange = replace(part, contents=(Content("l1", "B", 2),))
    unpaid = replace(part, costs=type(part.costs).of({"handling": 2.0}))

    def codes(made):
        faults = verify(Plan((made,)), asked, GOODS, there, HANDLING)
        return {fault.code for fault in faults}

    assert "unknown_id" in codes(strange)
    assert "wrong_cost" in codes(unpaid)


def test_goods_are_counted_in_units_of_lines():
    """Kits and what stands in for them count as the line does."""
    asked = order("o1", line("l1", "PARTS", 3, substitutes=[("C", 1.0)]), B=1)
    goods = Goods(asked, {one.sku: one for one in GOODS.items})
    first = [Content("l1", "A", 4), Content("l1", "C", 1), Content("B", "B", 1)]
    second = [Content("l1", "B", 2)]

    assert goods.filled([first, second]) == {"l1": 3, "B": 1}
    assert goods.filled([first]) == {"l1": 1, "B": 1}
    assert goods.replaceable == {"l1"}
    assert goods.skus(asked.lines[0]) == ("A", "B", "C")


def test_the_ledger_reserves_what_leaves():
    """Of a set its components are held, and given back."""
    there = stock(N1={"A": 4, "B": 2})
    result = _route(order("o1", SET=2), there)
    there.reserve(result.plan)

    assert (there.available("N1", "A"), there.available("N1", "B")) == (0, 0)
    there.release("o1")
    assert there.available("N1", "A") == 4


@pytest.mark.parametrize("where", ["s.json", "csv", "parquet"])
def test_scenarios_come_back(tmp_path, where):
    """Kits and substitutes are in JSON, in CSV and in Parquet."""
    asked = order("o1", line("l1", "C", 2, substitutes=[("SET", 4.0), ("A", 0.0)]))
    made = Scenario("kits", GOODS, stock(N1={"A": 1}), (asked,), HANDLING)
    save_scenario(made, tmp_path / where, tables="csv" if where != "parquet" else where)

    assert load_scenario(tmp_path / where) == made
    assert scenario_from_json(scenario_to_json(made)) == made


def test_results_come_back():
    """A result says what leaves, in JSON too."""
    result = _route(order("o1", SET=1), stock(N1={"A": 4, "B": 2}))
    (back,) = results_from_json(results_to_json([result]))

    assert back.plan == result.plan


@pytest.mark.parametrize("given", [["B"], ["B", 1, 2], []])
def test_a_list_that_is_no_pair_is_refused(given):
    """And both forms are named."""
    said = "should be an object, or a pair of sku and "
    with pytest.raises(ValidationError, match=f"{said}penalty"):
        Line(id="l1", sku="A", quantity=1, substitutes=[given])
    with pytest.raises(ValidationError, match=f"{said}quantity"):
        Item(sku="S", components=[given])


def test_the_schema_takes_objects_and_pairs():
    """A substitute is an object, or a pair."""
    jsonschema = pytest.importorskip("jsonschema")
    raw = {
        "id": "o1",
        "destination": {"lat": 0, "lon": 0},
        "lines": [
            {"id": "l1", "sku": "A", "quantity": 1, "substitutes": [["B", 1.5]]},
            {"id": "l2", "sku": "A", "quantity": 1, "substitutes": [{"sku": "B"}]},
        ],
    }
    jsonschema.validate(raw, order_schema())
    raw["lines"][0]["substitutes"] = [["B", -1.5]]

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(raw, order_schema())


def test_batches_share_what_kits_are_made_of():
    """Two orders want the one B: that which costs more to leave has it."""
    there = stock(N1={"A": 4, "B": 1, "C": 1})
    first = order("o1", SET=1)
    second = order("o2", line("l1", "SET", unfilled_penalty=70.0))
    batch = Router(GOODS, there, HANDLING).route_batch([first, second])

    assert [bool(result.plan.shipments) for result in batch.results] == [False, True]
    assert batch.cost == pytest.approx(50.0 + 2.0)
    assert batch.bound == pytest.approx(batch.cost)


def test_scores_take_the_cheapest_goods():
    """Two units from N1, which has one A: the other is a C, at 1.5."""
    there = stock(N1={"A": 1, "C": 5})
    asked = order("o1", line("l1", "A", 2, substitutes=[("C", 1.5)]))
    scored = Router(GOODS, there, HANDLING).score(asked, {("l1", "N1"): 2})

    assert scored.faults == ()
    assert scored.result.cost == pytest.approx(2.0 + 1.5)


def test_scores_hold_what_was_asked_for_where_nothing_is():
    """N2 has nothing: it is priced as though it had held the set, and that is told."""
    scored = Router(GOODS, stock(N1={"A": 9, "B": 9}), HANDLING).score(
        order("o1", SET=1), {("SET", "N2"): 1}
    )

    assert {fault.code for fault in scored.faults} == {"oversold"}
    assert scored.result.cost == pytest.approx(3.0)


def test_explanations_count_lines():
    """A node that could make one of two sets is said to fill one unit."""
    there = stock(N1={"A": 4, "B": 2}, N2={"A": 2, "B": 1})
    told = Router(GOODS, there, HANDLING).explain(order("o1", SET=2))

    assert [(each.node_id, each.units) for each in told.nodes] == [("N1", 2), ("N2", 1)]


def test_a_kit_waits_for_its_components():
    """Its B comes a day later: three pieces wait at 1 each, or a C stands in."""
    placed = datetime(2026, 11, 23, 10, tzinfo=UTC)
    later = placed + timedelta(days=1)
    coming = [{"at": later, "quantity": 1}]
    there = Inventory(
        [
            Stock(node="N1", sku="A", on_hand=2),
            Stock(node="N1", sku="B", on_hand=0, inbound=coming),
            Stock(node="N1", sku="C", on_hand=1),
        ]
    )
    costs = (*HANDLING.costs, Backorder(per_unit=1.0))
    waits = HANDLING.model_copy(update={"allow_backorder": True, "costs": costs})
    for penalty, goods, at in ((9.0, ["A", "B"], later), (0.5, ["C"], None)):
        lines = [line("l1", "SET", substitutes=[("C", penalty)])]
        result = _route(order("o1", *lines, placed_at=placed), there, waits)
        (part,) = result.plan.shipments

        assert [content.sku for content in part.contents] == goods
        assert part.stock_at == at


def test_a_plan_by_hand_is_read():
    """A shipment that was made elsewhere is read by its contents alone."""
    asked = order("o1", line("l1", "SET", 1, substitutes=[("C", 1.0)]))
    goods = Goods(asked, {one.sku: one for one in GOODS.items})
    part = Shipment("o1", "N1", Method.SHIP, (Content("l1", "B", 1),))

    assert goods.units(part.contents) == {"l1": 1}


def test_lines_are_compared_by_what_may_leave():
    """A line with substitutes is another than one without."""
    assert Line(id="l1", sku="A", quantity=1) != line("l1", "A", substitutes=[("B", 1)])
    assert Stock(node="N1", sku="A", on_hand=1).sku == "A"
