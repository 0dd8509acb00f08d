"""What holds orders that may wait to brute force notices what is false."""

from collections import Counter
from dataclasses import replace

import pytest
from benchmarks.beside import avoided, shares_in, told, tried

from domroute.router import Router
from domroute.words import Supply
from drawn_times import DAY
from stocked_shares import LEAST, SHARES

SEEDS = range(24)
"""Seeds of orders, some of which wait."""

pytestmark = [
    pytest.mark.filterwarnings("ignore::domroute.errors.BackorderWarning"),
    pytest.mark.filterwarnings("ignore::domroute.errors.DeadlineWarning"),
]


def test_counts_say_why_plans_are_best():
    """A share is told of all that a best plan may do; none differs."""
    counts = Counter()

    found = [text for seed in range(30) for text in tried("stocked", seed, counts)]

    assert found == []
    assert counts["stocked explained"] == 6
    assert [name for name, _ in shares_in(counts)] == sorted(SHARES)
    assert " 30 stocked," in told(counts, 0, 0.0)
    assert "% of the best plans wait for stock" in told(counts, 0, 0.0)


@pytest.mark.parametrize(
    "seed",
    [
        # The first of the sooner moments had too little; the next one has enough.
        30174,
        # Parcels that leave for nothing in them were cheaper than one.
        *(200533, 200819, 203151),
        # Lines share what arrives with one that does not wait.
        201580,
        # What is held to a date leaves as soon by what is there as by what arrives.
        206636,
        # A set that ships together leaves for any of its lines.
        *(200030, 205635),
        # Enough leaves on the date, and would not on two.
        205709,
    ],
)
def test_what_was_mended_stays_so(seed):
    """Each differed once."""
    assert tried("stocked", seed, Counter()) == []


def test_what_is_avoided_is_told():
    """One in fifty is too few of those that should be one in twenty."""
    counts = Counter({f"share {name}": 2 for name in SHARES})
    counts["stocked optimal"] = 100

    assert sorted(avoided(counts)) == sorted(LEAST)


def test_waves_are_run():
    """A few, of which none differs."""
    assert [x for at in range(6) for x in tried("stocked-waves", at, Counter())] == []


def falsified(monkeypatch, change):
    """Let the router say something else of shipments, and gather what is noticed."""
    real = Router.route

    def route(*args, **more):
        made = real(*args, **more)
        parts = tuple(change(part) for part in made.plan.shipments)
        return replace(made, plan=replace(made.plan, shipments=parts))

    monkeypatch.setattr(Router, "route", route)
    return [x for seed in SEEDS for x in tried("stocked", seed, Counter())]


def test_shipment_that_does_not_wait_as_it_should_is_noticed(monkeypatch):
    """All is said to be there: a node has not so much, and dates are too late."""
    found = falsified(monkeypatch, lambda part: replace(part, stock_at=None))

    assert any("has not all of" in text for text in found)
    assert any("ready_at is" in text for text in found)


def test_shipment_that_waits_for_nothing_is_noticed(monkeypatch):
    """A day after all that is needed is there, nothing comes."""

    def later(part):
        moment = part.stock_at and part.stock_at + DAY
        return replace(part, stock_at=moment)

    found = falsified(monkeypatch, later)

    assert any("nothing that may wait comes at" in text for text in found)


def test_false_supply_is_noticed(monkeypatch):
    """Everything is said to be ordered before its release."""
    found = falsified(monkeypatch, lambda part: replace(part, supply=Supply.PRE_ORDER))

    assert any("supply is pre_order, not in_stock" in text for text in found)
    assert any("supply is pre_order, not back_order" in text for text in found)


def test_false_cost_is_noticed(monkeypatch):
    """A cost slightly too low."""
    real = Router.route

    def route(*args, **more):
        made = real(*args, **more)
        return replace(made, cost=0.99999 * made.cost)

    monkeypatch.setattr(Router, "route", route)

    found = [x for seed in SEEDS for x in tried("stocked", seed, Counter())]
    assert any("costs" in text for text in found)
