"""Rate cards of several services side by side, beside each by itself."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domroute.costs.charges.cards import (
    by_zone,
    cards_of,
    line_below,
    price,
    price_at,
    price_one,
)
from domroute.costs.charges.tariffs import Tariff

STEPS = st.floats(0.1, 20.0)


@st.composite
def tariffs(draw):
    """Draw a tariff of one to four steps and two zones, that never falls."""
    count = draw(st.integers(1, 4))
    caps = np.cumsum([draw(STEPS) for _ in range(count)])
    rises = [[draw(st.floats(0.0, 9.0)) for _ in range(count)] for _ in range(2)]
    divisor = draw(st.sampled_from([np.inf, 1000.0]))
    return Tariff(
        caps_kg=caps,
        caps_cm3=caps * divisor,
        parcel_kg=float(caps[-1]),
        parcel_cm3=float(caps[-1] * divisor),
        rates=np.cumsum(rises, axis=1),
        zone=np.array([0, 1]),
    )


def alone(tariff, weight, volume):
    """Price parcels by one tariff from both zones."""
    return price(cards_of([(slice(0, 2), tariff)], 2), weight, volume)


LOADS = st.lists(
    st.tuples(st.floats(0.0, 90.0), st.floats(0.0, 90_000.0)), min_size=1, max_size=6
)


@given(st.lists(tariffs(), min_size=1, max_size=3), LOADS)
def test_stacked_cards_price_as_each_does(cards, loads):
    """Two offers by each service; one more goes by none, for nothing."""
    weight, volume = np.array(loads).T
    offers = 2 * len(cards) + 1
    runs = [slice(2 * at, 2 * at + 2) for at in range(len(cards))]
    spread = [
        Tariff(
            c.caps_kg, c.caps_cm3, c.parcel_kg, c.parcel_cm3, c.rates,
            np.resize(c.zone, offers),
        )
        for c in cards
    ]  # fmt: skip
    # Zones of all offers, of which those of a run are looked at: 0 and 1 alternate.
    stack = cards_of(list(zip(runs, spread, strict=True)), offers)

    found = price(stack, weight, volume)

    for run, card in zip(runs, cards, strict=True):
        assert np.allclose(found[:, run], alone(card, weight, volume))
    assert not found[:, -1].any()
    for at in range(offers):
        here = np.full(len(weight), at)
        assert np.allclose(price_at(stack, weight, volume, here), found[:, at])
        first = price_one(stack, at, float(weight[0]), float(volume[0]))
        assert first == pytest.approx(found[0, at])


@given(tariffs(), LOADS)
def test_line_is_below_every_parcel(tariff, loads):
    """However heavy: what several services at once are ruled out by."""
    weight, volume = np.array(loads).T
    start, rise = line_below(tariff)

    price = alone(tariff, weight, volume)

    assert (start + weight[:, None] * rise <= price + 1e-7).all()


@given(tariffs(), tariffs(), LOADS, LOADS)
def test_two_parcels_cost_no_less_than_two_starts(one, other, loads, more):
    """One parcel by each of two services, whatever is in them."""
    below = by_zone([one, other])
    for (kg, cm3), (kg_2, cm3_2) in zip(loads, more, strict=False):
        first = alone(one, np.array([kg]), np.array([cm3]))
        second = alone(other, np.array([kg_2]), np.array([cm3_2]))
        least = below.start + below.rise * (kg + kg_2)
        assert (least <= first + second + 1e-7).all()


def test_tariff_without_a_limit_of_weight_has_a_flat_line():
    """A user's tariff of one price for anything: the line is that price."""
    flat = Tariff(
        np.array([np.inf]), np.array([np.inf]), 1e6, np.inf, np.array([[3.0]]),
        np.array([0]),
    )  # fmt: skip

    start, rise = line_below(flat)

    assert (start.tolist(), rise.tolist()) == ([3.0], [0.0])
