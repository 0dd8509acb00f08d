"""A ledger put away in mid-day and taken up: the rest of the day is the same."""

import random
import shutil
from datetime import UTC, datetime

import pytest
from benchmarks.storm import CALLS, NODES, SKUS, coming, drawn_end, drawn_wish
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builders import network, node, order, stock
from domroute import Inventory, Policy, Router, Scenario, Stock
from domroute.errors import InputError
from domroute.jsonio import (
    load_scenario,
    save_scenario,
    scenario_from_json,
    scenario_to_json,
)
from domroute.ledger.keeping import Promised
from domroute.plan import Content, Plan, Shipment

EVENING = datetime(2026, 3, 2, 18, tzinfo=UTC)


def shop():
    """Make a scenario: N1 takes two orders a day, N2 is far and takes any."""
    nodes = node("N1", capacity={"limit": 2, "measure": "orders"}), node("N2", (9, 9))
    return Scenario(
        "shop",
        network(*nodes),
        stock(N1={"A": 20, "B": 5}, N2={"A": 20}),
        (),
        Policy(unfilled_penalty=50.0),
    )


def morning(scenario):
    """Reserve two orders at N1; of the first a part leaves, the second expires."""
    ledger = scenario.inventory
    router = Router(scenario.network, ledger, scenario.policy)
    ledger.reserve(router.route(order("o1", A=3, B=1)).plan)
    ledger.reserve(router.route(order("o2", A=2)).plan, expires_at=EVENING)
    ledger.commit("o1", {"A": 1})


def afternoon(scenario):
    """Go on: refused, expired, moved, a new day; return what was decided."""
    ledger = scenario.inventory
    router = Router(scenario.network, ledger, scenario.policy)
    nodes = [router.route(order("o3", A=1)).plan.node_ids]
    ledger.move("o2", node_id="N2", units={"A": 1})
    expired = ledger.expire(EVENING)
    nodes.append(router.route(order("o3", A=1)).plan.node_ids)
    ledger.reserve(router.route(order("o3", A=1)).plan)
    ledger.release("o1")
    ledger.start_period()
    numbers = [one.number for one in ledger.reservations]
    return nodes, expired, numbers


def by_json(scenario, _):
    """Put away and take up as one file."""
    return scenario_from_json(scenario_to_json(scenario))


def by_folder(scenario, folder):
    """Put away and take up as a folder."""
    save_scenario(scenario, folder / "kept")
    return load_scenario(folder / "kept")


@pytest.mark.parametrize("put_away", [by_json, by_folder])
def test_a_day_ends_as_it_would_have(put_away, tmp_path):
    """Saved and loaded at noon: equal then, and equal in the evening."""
    whole, kept = shop(), shop()
    morning(whole)
    morning(kept)

    kept = put_away(kept, tmp_path)
    assert kept == whole
    assert kept.inventory.loads == whole.inventory.loads
    before = afternoon(whole)
    after = afternoon(kept)

    # N1 has its two orders until the second is given back.
    assert before == after == ([("N2",), ("N1",)], ("o2",), [4])
    assert kept == whole


def day(luck):
    """Draw what comes in a day, as ``benchmarks.storm`` does for its threads."""
    numbers = list(range(1, 20))
    for turn in range(12):
        yield "reserve", drawn_wish(luck, f"o{turn}", turn)
        name, *values = drawn_end(luck, f"o{luck.randint(0, turn)}", turn, numbers)
        yield name, values


def done(ledger, calls):
    """Do it; return the answers, and the codes of what is refused."""
    found = []
    for name, values in calls:
        try:
            found.append(CALLS[name](ledger, *values))
        except InputError as error:
            found.append({issue.code for issue in error.issues})
    return found


@pytest.mark.parametrize("put_away", [by_json, by_folder])
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6), noon=st.integers(0, 24))
def test_any_day_ends_as_it_would_have(put_away, tmp_path, seed, noon):
    """Whatever was reserved in parts, moved, let expire or recounted before noon."""
    nodes = [
        node(name, capacity={"limit": limit, "measure": measure})
        for name, measure, limit in (
            ("N0", "units", 9),
            ("N1", "orders", 3),
            ("N2", "lines", 4),
            ("N3", "workload", 5.5),
        )
    ]
    whole = Scenario(
        "day",
        network(*nodes, node("N4"), node("N5")),
        Inventory(
            Stock(node=name, sku=sku, on_hand=6, inbound=coming())
            for name in NODES
            for sku in SKUS
        ),
        (),
    )
    whole.inventory.keep_to(whole.network)
    calls = list(day(random.Random(seed)))
    done(whole.inventory, calls[:noon])

    shutil.rmtree(tmp_path / "kept", ignore_errors=True)
    kept = put_away(whole, tmp_path)
    kept.inventory.keep_to(kept.network)
    assert kept == whole

    # The numbers of reservations are among the answers.
    assert done(kept.inventory, calls[noon:]) == done(whole.inventory, calls[noon:])
    assert kept == whole


def test_a_number_is_not_given_again():
    """The last reservation has left; who still knows its number means no other."""
    scenario = shop()
    morning(scenario)
    scenario.inventory.commit(2)

    kept = by_json(scenario, None).inventory
    (made,) = kept.reserve(
        Plan((Shipment("o9", "N2", "ship", (Content("l1", "A", 1),)),))
    )

    assert made.number == 3


def test_reservations_count_in_a_comparison():
    """Equal rows are not equal ledgers, where one knows for whom units are held."""
    one = shop()
    morning(one)
    rows = Scenario("shop", one.network, type(one.inventory)(one.inventory), ())

    assert list(rows.inventory) == list(one.inventory)
    assert rows.inventory != one.inventory


def test_what_cannot_be_taken_up_is_refused():
    """A number given twice, a pair without a row, more than the row says."""
    part = {"line": "l1", "sku": "A", "quantity": 2}
    base = {"number": 1, "order": "o1", "node": "N1", "contents": [part]}
    promised = Promised(reservations=(base, base, {**base, "number": 2, "node": "N9"}))

    with pytest.raises(InputError) as caught:
        stock(N1={"A": 5}).restore(promised, adds=False)

    assert [(issue.code, issue.where) for issue in caught.value.issues] == [
        ("duplicate_id", "reservations[1].number"),
        ("contradictory", "reservations of 'A' at 'N1'"),
        ("unknown_stock", "reservations of 'A' at 'N9'"),
    ]


def test_what_is_promised_in_a_file_is_checked():
    """Faults of its fields and of what they say have a place in the file."""
    scenario = shop()
    morning(scenario)
    text = scenario_to_json(scenario)

    with pytest.raises(InputError) as caught:
        scenario_from_json(text.replace('"quantity": 2', '"quantity": 0.5'))
    with pytest.raises(InputError) as more:
        scenario_from_json(text.replace('"quantity": 2', '"quantity": 90'))

    where = {issue.where for issue in caught.value.issues}
    assert where == {
        f"promised.reservations[{at}].contents[0].quantity" for at in (0, 1)
    }
    assert {issue.code for issue in more.value.issues} == {"contradictory"}


def test_capacity_of_a_file_without_it_is_that_of_its_reservations():
    """Hand-written reservations take capacity, and their orders count once."""
    part = {"line": "l1", "sku": "A", "quantity": 2}
    first = {"number": 1, "order": "o1", "node": "N1", "contents": [part]}
    other = {**first, "number": 2, "contents": [{**part, "line": "l2"}]}
    ledger = stock(N1={"A": 5})

    ledger.restore(Promised(reservations=(first, other)))

    assert ledger.available("N1", "A") == 1
    assert ledger.load("N1", "orders") == 1.0
    assert ledger.load("N1", "units") == 4.0
    with pytest.raises(InputError, match="there are some already"):
        ledger.restore(Promised())
