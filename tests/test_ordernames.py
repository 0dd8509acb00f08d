"""Orders held to the names of a network: every fault told, and where it is."""

import pytest

from builders import line, order, pickup
from domroute.errors import InputError
from domroute.known import Known
from domroute.ordernames import check_order
from domroute.orders import Delivery, Order

KNOWN = Known(nodes={"N1", "N2"}, skus={"A", "B"}, services={"g"})


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
