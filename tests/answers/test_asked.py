"""What is asked, and when it was: moments given beside orders, and stock at hand."""

from datetime import UTC, date, datetime

import pytest

from builders import network, node, order, stock
from domroute.answers.asked import Asked, placed
from domroute.errors import InputError
from domroute.router import Router

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)


def test_order_that_does_not_say_is_told():
    """The order itself is left as it was."""
    wanted = order(A=1)

    assert placed(wanted, NOON).placed_at == NOON
    assert wanted.placed_at is None


def test_order_that_says_so_itself_keeps_to_it():
    """What it says stands."""
    early = NOON.replace(day=1)
    wanted = order(A=1, placed_at=early)

    assert placed(wanted, NOON) is wanted
    assert placed(wanted, None) is wanted


@pytest.mark.parametrize(
    ("now", "code"),
    [
        (datetime(2026, 11, 18), "naive_datetime"),  # noqa: DTZ001 - the fault
        (date(2026, 11, 18), "wrong_type"),
        ("2026-11-18T12:00:00Z", "wrong_type"),
        (1e9, "wrong_type"),
    ],
)
def test_what_is_no_moment_is_told(now, code):
    """Whether or not the order needs it."""
    for wanted in (order(A=1), order(A=1, placed_at=NOON)):
        with pytest.raises(InputError) as told:
            placed(wanted, now)

        (issue,) = told.value.issues
        assert (issue.code, issue.where) == (code, "now")


def test_what_is_no_order_is_left_to_its_reader():
    """A moment does not make it one."""
    thing = {"id": "o1"}

    assert placed(thing, NOON) is thing


def test_stock_is_what_it_is_when_asked():
    """What comes in after the router was made is there for the next question."""
    held = stock(N1={"A": 1})
    router = Router(network(node("N1")), held)
    assert router.route(order(B=1)).plan.unfilled

    held.receive("N1", "B", 1)

    assert not router.route(order(B=1)).plan.unfilled


def test_other_stock_leaves_the_first_as_it_is():
    """Two routers of one network, each with its own ledger."""
    asked = Asked(network(node("N1")), stock(N1={"A": 1}))

    other = asked.with_inventory(stock(N1={"A": 7}))

    assert asked.inventory.available("N1", "A") == 1
    assert other.inventory.available("N1", "A") == 7
    assert other.policy is asked.policy
    with pytest.raises(InputError):
        asked.with_inventory(stock(N9={"A": 7}))
