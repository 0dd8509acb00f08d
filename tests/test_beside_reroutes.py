"""What holds chains of troubles to the rules notices what is false."""

from collections import Counter
from contextlib import suppress
from dataclasses import replace
from itertools import count

import pytest

from beside_reroutes import reroute_beside
from domroute.router import Router

KILOMETERS = count(1)


def farther(made):
    """Let what is kept have gone farther each time it is looked at."""
    return replace(
        made,
        kept=tuple(
            replace(
                one,
                shipment=replace(one.shipment, distance_km=next(KILOMETERS)),
            )
            for one in made.kept
        ),
    )


def test_counts_say_what_was_looked_at():
    """Sixty sequences, and most of what may become of them."""
    counts = Counter()

    found = [text for seed in range(60) for text in reroute_beside(seed, counts)]

    assert found == []
    assert counts["sequences"] == 60
    assert counts["re-routings"] > 200
    assert min(counts["shipments that had left"], counts["from scratch"]) > 10
    assert counts["refused to the end"] > 5


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (farther, "is touched"),
        (
            lambda made: replace(
                made, result=replace(made.result, cost=made.result.cost + 9)
            ),
            "from scratch",
        ),
    ],
)
def test_false_answers_are_noticed(monkeypatch, change, said):
    """What has left is forgotten; the rest costs nine more than it should."""
    real = Router.reroute
    monkeypatch.setattr(
        Router, "reroute", lambda *args, **more: change(real(*args, **more))
    )

    found = []
    for seed in range(30):
        # What is false may not even be booked: what was told before that counts.
        with suppress(Exception):
            found += reroute_beside(seed, Counter())

    assert any(said in text for text in found)
