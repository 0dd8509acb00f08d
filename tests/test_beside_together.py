"""Orders that come together are held to brute force, which notices."""

from collections import Counter
from dataclasses import replace

import pytest
from benchmarks.beside import tried

from domroute.router import Router
from domroute.words import Status

MENDED = {
    60004: "a delivery was not held until its node sends enough",
    60145: "likewise, by another service",
    221: "parts of two working days were taken for one shipment",
}
"""Seeds that differed once, or whose kind did, and how."""


@pytest.mark.parametrize("seed", MENDED)
def test_what_was_mended_stays_so(seed):
    """By every exact method."""
    assert tried("together", seed, Counter()) == []


def test_worlds_are_of_three_kinds():
    """One after the other; none differs."""
    counts = Counter()

    assert [x for at in range(6) for x in tried("together", at, counts)] == []
    assert {name.split()[1] for name in counts} == {"dated", "stocked", "daily"}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"cost": 1e3}, "costs 1000.0, not"),
        ({"status": Status.FEASIBLE}, "feasible at"),
    ],
)
def test_what_is_said_otherwise_is_noticed(monkeypatch, change, told):
    """Another cost, and another proof; by the judge, too."""
    real = Router.route
    monkeypatch.setattr(
        Router, "route", lambda *args, **more: replace(real(*args, **more), **change)
    )

    found = tried("together", 0, Counter())

    assert sum(told in text for text in found) == 3
