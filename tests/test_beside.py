"""What holds results to brute force notices what is false."""

from collections import Counter
from dataclasses import replace

import pytest
from benchmarks.beside import told, tried

from beside import order_beside, wave_beside
from domroute.reasons import Reason
from domroute.router import Router

SHORT = range(100, 112)
"""Seeds of orders, most of which are short of units."""


def changed(monkeypatch, method, change):
    """Let a router answer something else than it found."""
    real = getattr(Router, method)
    monkeypatch.setattr(
        Router, method, lambda *args, **more: change(real(*args, **more))
    )


def differences():
    """List what differs in some orders."""
    return [text for seed in SHORT for text in order_beside(seed, Counter())]


def test_counts_say_what_was_looked_at():
    """The nodes of every third order, of one to three nodes each."""
    counts = Counter()

    found = [text for seed in range(9) for text in tried("orders", seed, counts)]

    assert found == []
    assert counts["orders"] == 9
    assert 3 <= counts["nodes"] <= 9
    assert " 9 orders," in told(counts, 0, 0.0)


def test_exception_is_a_difference(monkeypatch):
    """Whatever it is."""
    monkeypatch.setattr(Router, "route", lambda *_, **__: 1 / 0)

    (text,) = tried("orders", 0, Counter())

    assert "ZeroDivisionError" in text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda made: replace(made, cost=1.00001 * made.cost), "costs"),
        (lambda made: replace(made, status="feasible"), "feasible, not"),
    ],
)
def test_false_result_is_noticed(monkeypatch, change, said):
    """A plan slightly dearer than the best, or one that is not said to be the best."""
    changed(monkeypatch, "route", change)

    assert any(said in text for text in differences())


@pytest.mark.parametrize("reason", [Reason.NO_CAPACITY, Reason.CHEAPER_UNFILLED])
def test_false_reason_is_noticed(monkeypatch, reason):
    """No order here is short for one cause only."""

    def blamed(made):
        unfilled = tuple(replace(part, reason=reason) for part in made.plan.unfilled)
        return replace(made, plan=replace(made.plan, unfilled=unfilled))

    changed(monkeypatch, "route", blamed)

    assert any(f"{reason}" in text for text in differences())


def test_false_counterfactual_is_noticed(monkeypatch):
    """A node that is said to cost nothing more, or to be excluded."""

    def free(made):
        nodes = tuple(replace(part, cost_with=0.0, reason=None) for part in made.nodes)
        return replace(made, nodes=nodes)

    changed(monkeypatch, "explain", free)

    assert any(text.startswith("with N1 0.0, not") for text in differences())


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda made: replace(made, bound=1.1 * made.bound), "is bounded by"),
        (lambda made: replace(made, status="feasible"), "feasible, not optimal"),
        (lambda made: replace(made, cost=1.1 * made.cost), "wave costs"),
    ],
)
def test_false_wave_is_noticed(monkeypatch, change, said):
    """A bound or a cost above the best, a status too modest."""
    changed(monkeypatch, "route_batch", change)

    assert any(said in text for text in wave_beside(3, Counter()))
