"""What single calls are given is refused by name, and changes nothing."""

from datetime import UTC, datetime

import pytest

from builders import stock
from domroute import Inventory
from domroute.errors import InputError
from domroute.plan import Content, Plan, Shipment

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
NOTHING = Plan()

CALLS = {
    "adjust a list": (lambda made: made.adjust(["N1"], "A", 1), "node"),
    "adjust half a pair": (lambda made: made.adjust("N1", "\ud800", 1), "sku"),
    "adjust a long id": (lambda made: made.adjust("N" * 300, "A", 1), "node"),
    "receive a number": (lambda made: made.receive(7, "A", 1), "node"),
    "due as text": (lambda made: made.receive("N1", "A", 1, due="noon"), "due"),
    "due without offset": (
        lambda made: made.receive("N1", "A", 1, due=NOON.replace(tzinfo=None)),
        "due",
    ),
    "expect a number": (lambda made: made.expect("N1", "A", 3), "inbound"),
    "expect nowhere": (lambda made: made.expect(None, "A"), "node"),
    "expire text": (lambda made: made.expire("noon"), "now"),
    "expire nothing": (lambda made: made.expire(None), "now"),
    "expires as text": (
        lambda made: made.reserve(NOTHING, expires_at="noon"),
        "expires_at",
    ),
    "no plan": (lambda made: made.reserve({"shipments": []}), "plan"),
    "a yes for a number": (lambda made: made.commit(which=True), "True"),
    "units as a list": (lambda made: made.release("o1", ["l1"]), "units"),
    "move to no order": (
        lambda made: made.move("o1", order_id=""),
        "order_id",
    ),
    "move to a number": (lambda made: made.move("o1", node_id=3), "node_id"),
    "loads of a number": (lambda made: made.start_period(3), "loads"),
    "loads by node": (lambda made: made.start_period({"N1": 2}), "loads"),
    "keep to a name": (lambda made: made.keep_to("shop"), "network"),
    "available by text": (lambda made: made.available("N1", "A", by="noon"), "by"),
}


@pytest.mark.parametrize("name", CALLS)
def test_what_is_given_is_checked(name):
    """The argument is named, with what it should be."""
    call, where = CALLS[name]
    made = stock(N1={"A": 5})
    made.reserve(Plan((Shipment("o1", "N1", "ship", (Content("l1", "A", 3),)),)))
    before = made.copy()

    with pytest.raises(InputError) as caught:
        call(made)

    assert [issue.where for issue in caught.value.issues] == [where]
    assert made == before


OPENED = {
    "a number": (lambda: Inventory(3), "stock"),
    "a row as a mapping": (lambda: Inventory([{"node": "N1"}]), "stock[0]"),
    "no nodes": (lambda: Inventory.from_columns(None, ["A"], [1]), "node"),
    "inbound as a number": (
        lambda: Inventory.from_columns(["N1"], ["A"], [1], inbound=3),
        "inbound",
    ),
}


@pytest.mark.parametrize("name", OPENED)
def test_what_a_ledger_is_opened_with_is_checked(name):
    """What is no rows and no columns is told as that."""
    call, where = OPENED[name]

    with pytest.raises(InputError) as caught:
        call()

    assert caught.value.issues[0].where == where
    assert caught.value.issues[0].code == "wrong_type"
