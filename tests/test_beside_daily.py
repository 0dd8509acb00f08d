"""Orders at nodes with limits by the day are held to brute force, which notices."""

from collections import Counter
from dataclasses import replace

import pytest
from benchmarks.beside import shares_in, told, tried

from beside_daily import SHARES
from domroute.router import Router
from drawn_times import DAY

SEEDS = range(10)
"""Seeds of orders, some of which are moved."""
MENDED = {
    1507: "the soonest day was full of the order itself",
    5358: "what merely missed its truck was worked on as though it were held",
    5374: "likewise, of two lines",
    5412: "two deliveries with a node were told a day that has room for one",
}
"""Seeds that differed once, and how."""


@pytest.mark.parametrize("seed", MENDED)
def test_what_was_mended_stays_so(seed):
    """By every exact method, and with each node."""
    assert tried("daily", seed, Counter()) == []


def test_counts_say_what_plans_do_for_limits():
    """A share is told of all that a best plan may do; none differs."""
    counts = Counter()

    found = [text for seed in SEEDS for text in tried("daily", seed, counts)]

    assert found == []
    assert counts["daily explained"] == counts["daily"] == len(SEEDS)
    assert [name for name, _ in shares_in(counts)] == sorted(SHARES)
    assert "% of the best plans move work from a full day" in told(counts, 0, 0.0)


def test_waves_are_run():
    """A few, of which none differs."""
    assert [x for at in range(8) for x in tried("daily-waves", at, Counter())] == []


def falsified(monkeypatch, change):
    """Let the router say something else of shipments, and gather what is noticed."""
    real = Router.route

    def route(*args, **more):
        made = real(*args, **more)
        parts = tuple(change(part) for part in made.plan.shipments)
        return replace(made, plan=replace(made.plan, shipments=parts))

    monkeypatch.setattr(Router, "route", route)
    return [x for seed in SEEDS for x in tried("daily", seed, Counter())]


def test_work_on_another_day_is_noticed(monkeypatch):
    """A day later: that one is full, or what is ready then is not ready so soon."""

    def later(part):
        return replace(part, works_on=part.works_on and part.works_on + DAY)

    found = falsified(monkeypatch, later)

    assert any("has no room on" in text for text in found)
    assert any("ready_at is" in text for text in found)


def test_work_on_no_day_is_noticed(monkeypatch):
    """Nothing is said of the day."""
    found = falsified(monkeypatch, lambda part: replace(part, works_on=None))

    assert any("has no room on None" in text for text in found)


def test_false_cost_is_noticed(monkeypatch):
    """A cost slightly too low."""
    real = Router.route
    monkeypatch.setattr(
        Router,
        "route",
        lambda *args, **more: replace(
            made := real(*args, **more), cost=0.99999 * made.cost
        ),
    )

    found = [x for seed in SEEDS for x in tried("daily", seed, Counter())]
    assert any("costs" in text for text in found)
