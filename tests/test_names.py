"""Names looked up, and orders held to them: every fault told, and where it is."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated

import pytest

from builders import line, order, pickup, place
from domroute.errors import InputError
from domroute.names import (
    Known,
    check_order,
    order_issues,
    reference_faults,
    references_of,
)
from domroute.network import Node
from domroute.orders import Delivery, Order
from domroute.scenario.rows import UnitQuote
from domroute.units import Id, LineId, Names, NodeId, OrderId, Sku
from domroute.validation import Frozen

KNOWN = Known({"nodes": {"N1", "N2"}, "items": {"A", "B"}, "services": {"g"}})


def test_order_names_are_looked_up_where_they_stand():
    """An unknown item, pin, pick-up node and service, each with its path."""
    known = Known({"nodes": {"N1"}, "items": {"A"}, "services": {"ground"}})
    raw = {
        "delivery": {"services": ["sled"]},
        "lines": [
            {"sku": "Z", "pinned_node": "N9", "excluded_nodes": ["N8"]},
            {"sku": "A", "delivery": {"node": "N7"}},
        ],
    }

    found = [(code, path) for code, path, _ in reference_faults(Order, raw, known)]

    # N8 is excluded: what does not exist is excluded already.
    assert found == [
        ("unknown_id", ("delivery", "services", 0)),
        ("unknown_id", ("lines", 0, "sku")),
        ("unknown_id", ("lines", 0, "pinned_node")),
        ("unknown_id", ("lines", 1, "delivery", "node")),
    ]


def test_nothing_is_said_of_tables_that_could_not_be_read():
    """One broken table does not become a thousand faults elsewhere."""
    raw = {"lines": [{"sku": "Z", "pinned_node": "N9"}]}

    assert not reference_faults(Order, raw, Known())
    assert not reference_faults(Node, {"services": ["sled"]}, Known())
    assert not list(reference_faults(UnitQuote, {"order": "o1", "node": "N9"}, Known()))


def test_quote_for_a_line_of_another_order_is_told():
    """l2 is a line of o2, not of o1."""
    known = Known({"nodes": {"N1"}}, {"o1": {"l1"}, "o2": {"l2"}})

    raw = {"order": "o1", "line": "l2", "node": "N1"}
    found = reference_faults(UnitQuote, raw, known)

    assert found == [("unknown_id", ("line",), "'l2' is not a line of order 'o1'")]


class Shelf(Frozen):
    """A row that names others in every way there is."""

    boxes: tuple[Annotated[Id, Names("boxes", "a box")], ...] = ()
    line: LineId | None = None
    node: NodeId
    order: OrderId | None = None
    label: Id = "x"
    spare: Annotated[Id, Names("boxes", "a box")] | None = None


class Rack(Frozen):
    """A row that holds such rows, one and several."""

    shelves: tuple[Shelf, ...] = ()
    top: Shelf | None = None
    sku: Sku | None = None


def test_types_of_fields_say_what_they_name():
    """What a row names itself comes first; a line after its order; labels name none."""
    own = [(ref.field, ref.is_many) for ref in references_of(Shelf)]

    assert own == [
        ("boxes", True),
        ("node", False),
        ("order", False),
        ("line", False),
        ("spare", False),
    ]
    assert [ref.field for ref in references_of(Rack)] == ["sku", "top", "shelves"]


def test_names_are_looked_up_however_deep_they_stand():
    """In lists, in objects and in lists of objects; of any table, in its own words."""
    shelf = {"node": "N9", "boxes": ["M", "XL"], "order": "o1", "line": "l2"}
    known = Known(
        {"nodes": {"N1"}, "boxes": {"M"}, "items": {"A"}}, {"o1": {"l1"}}, "history"
    )
    row = {"sku": "Z", "top": {"order": "o9", "line": "l9"}, "shelves": [{}, shelf]}

    found = [(path, text) for _, path, text in reference_faults(Rack, row, known)]

    assert found == [
        (("sku",), "'Z' is not an item of the network"),
        (("top", "order"), "'o9' is not an order of the history"),
        (("shelves", 1, "boxes", 1), "'XL' is not a box of the network"),
        (("shelves", 1, "node"), "'N9' is not a node of the network"),
        (("shelves", 1, "line"), "'l2' is not a line of order 'o1'"),
    ]


def test_what_is_known_is_no_fault():
    """Nothing is raised."""
    asked = order("o1", line("l1", "A", pinned_node="N1"), line("l2", "B"))

    check_order(KNOWN, asked)


def test_unknown_names_of_an_order_are_all_told():
    """Unknown items, nodes and services are named; N8 is excluded already."""
    asked = order(
        "o1",
        line("l1", "Z"),
        line("l2", "A", pinned_node="N9"),
        line("l3", "A", excluded_nodes=["N8"], delivery=pickup("N7")),
        line("l4", "A", delivery=Delivery(services=["sled"])),
    )

    with pytest.raises(InputError) as caught:
        check_order(KNOWN, asked)

    assert [str(issue) for issue in caught.value.issues] == [
        "order 'o1' line 'l1': sku 'Z' is not an item of the network [unknown_id]",
        "order 'o1' line 'l2': 'N9' is not a node of the network [unknown_id]",
        "order 'o1' line 'l3': 'N7' is not a node of the network [unknown_id]",
        "order 'o1' line 'l4': 'sled' is not a service of the network [unknown_id]",
    ]


def test_services_of_the_whole_order_are_looked_up():
    """A delivery that all lines share is the order's fault, not a line's."""
    asked = order("o1", A=1, delivery=Delivery(services=["sled"]))

    with pytest.raises(InputError, match="order 'o1': 'sled' is not a service"):
        check_order(KNOWN, asked)


@pytest.mark.parametrize(
    ("thing", "text"),
    [
        ({"id": "o1"}, "order: should be an Order, got a dict [wrong_type]"),
        ("o1", "order: should be an Order, got a str [wrong_type]"),
        (Order, "order: should be an Order, got the class Order [wrong_type]"),
    ],
    ids=str,
)
def test_what_is_no_order_is_told(thing, text):
    """A dictionary, an id or a class is not routed, and nothing inside is shown."""
    with pytest.raises(InputError) as caught:
        check_order(KNOWN, thing)

    assert [str(issue) for issue in caught.value.issues] == [text]


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"lines": ()}, "order 'o1': has no lines [out_of_range]"),
        (
            {"lines": (line("l1", "A").model_copy(update={"quantity": -3}),)},
            "order 'o1' line 'l1': quantity -3 should be 1 or above [out_of_range]",
        ),
    ],
    ids=["no_lines", "negative"],
)
def test_copy_that_was_not_validated_is(change, text):
    """A copy may hold what a constructor would refuse: it is refused here."""
    with pytest.raises(InputError) as caught:
        check_order(KNOWN, order("o1", A=1).model_copy(update=change))

    assert [str(issue) for issue in caught.value.issues] == [text]


class Rota(Frozen):
    """A row with names for keys."""

    hands: dict[NodeId, tuple[Sku, ...]]
    """By node."""


def test_keys_are_looked_up():
    """Keys that are names must be there; what is no object has none."""
    found = reference_faults(Rota, {"hands": {"N1": ["A"], "N9": []}}, KNOWN)

    assert [(code, path) for code, path, _ in found] == [
        ("unknown_id", ("hands", "N9"))
    ]
    assert not reference_faults(Rota, {"hands": 5}, KNOWN)


DATED = replace(KNOWN, dated=True)
ZONELESS = replace(KNOWN, needs_zone=True)
SOON = Delivery(need_by="2026-12-01")


@pytest.mark.parametrize(
    ("known", "wanted"),
    [
        (DATED, order(A=1)),
        (KNOWN, order(A=1, delivery=SOON)),
        (KNOWN, order("o1", line("l", "A", delivery=SOON))),
        (KNOWN, order(A=1, delivery=Delivery(earliest="2026-12-01"))),
    ],
    ids=["network", "order", "line", "earliest"],
)
def test_dates_are_counted_from_an_order(known, wanted):
    """Where dates matter, an order says when it was placed."""
    found = [(issue.where, issue.code) for issue in order_issues(known, wanted)]
    placed = wanted.model_copy(update={"placed_at": datetime.now(UTC)})

    assert found == [("order 'o1'", "no_placed_at")]
    assert not order_issues(known, placed)


@pytest.mark.parametrize(
    ("usual", "said", "is_fault"),
    [
        (True, (None, None), True),
        (True, (False, None), True),
        (True, (False, False), False),
        (False, (None, True), True),
        (False, (None, False), False),
    ],
    ids=["policy", "rest", "refused", "line", "nothing"],
)
def test_waiting_is_counted_from_an_order(usual, said, is_fault):
    """A line waits where it says so; where it says nothing, as the policy has it."""
    wanted = order(
        "o1",
        *(line(f"l{at}", "A", allow_backorder=may) for at, may in enumerate(said)),
    )
    known = replace(KNOWN, may_wait=usual)
    placed = wanted.model_copy(update={"placed_at": datetime.now(UTC)})

    found = [(issue.where, issue.code) for issue in order_issues(known, wanted)]

    assert found == [("order 'o1'", "no_placed_at")] * is_fault
    assert not order_issues(known, placed)


def test_delivery_that_no_line_has_asks_for_no_dates():
    """All lines have their own."""
    wanted = order("o1", line("l", "A", delivery=Delivery()), delivery=SOON)

    assert not order_issues(KNOWN, wanted)


@pytest.mark.parametrize(
    ("delivery", "is_fault"),
    [
        (Delivery(), True),
        (Delivery(to=place(time_zone="UTC")), False),
        (Delivery(to=place()), True),
        (pickup("N1"), False),
        (pickup(radius_km=5.0), False),
        (Delivery(method="ship_to_store", node="N1"), False),
    ],
    ids=["order", "zone", "no_zone", "pickup", "radius", "store"],
)
def test_destination_says_its_zone_where_nobody_else_does(delivery, is_fault):
    """What is collected, or goes to a node, is where the node is."""
    wanted = order(A=1, delivery=delivery)

    found = [(issue.where, issue.code) for issue in order_issues(ZONELESS, wanted)]

    assert found == [("order 'o1'", "no_time_zone")] * is_fault
    assert not order_issues(KNOWN, wanted)


def test_destination_names_a_calendar_there_is():
    """Of the order, of its delivery and of a line's."""
    known = replace(KNOWN, ids={**KNOWN.ids, "calendars": {"b2b"}})
    good, bad = place(calendar="b2b"), place(calendar="b2c")
    lines = [line("l", "A"), line("m", "A", delivery=Delivery(to=bad))]
    wanted = order("o1", lines[0], delivery=Delivery(to=good))

    assert not order_issues(known, wanted.model_copy(update={"destination": good}))
    for update in (
        {"destination": bad},
        {"delivery": Delivery(to=bad)},
        {"lines": tuple(lines)},
    ):
        (issue,) = order_issues(known, wanted.model_copy(update=update))
        assert issue.code == "unknown_calendar"
