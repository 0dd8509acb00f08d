"""Every kind of charge, by all of its faces: each says what the others say."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domroute.costs.charges import AnyOf, Charged, Linear, Steps, Takes, parted
from domroute.costs.charges.cards import cards_of
from domroute.costs.charges.curve import Curve, Unquoted
from domroute.costs.charges.parcels import Parcels
from domroute.costs.charges.tariffs import Tariff
from domroute.sourcing.arraymodel import ArrayModel

LINES, OFFERS = 3, 4
KINDS = ("linear", "anyof", "curve", "unquoted", "steps", "parcels", "unseen", "rest")
SEEDS = st.integers(0, 2**32 - 1)


def rising(rng, rows, count):
    """Draw rates that never fall, some of them alike or zero."""
    rises = rng.uniform(0.0, 6.0, (rows, count)) * (rng.random((rows, count)) < 0.7)
    return np.cumsum(rises, axis=1)


def edges(rng, count):
    """Draw edges of steps that rise."""
    return np.cumsum(rng.uniform(0.5, 6.0, count))


def parcels(rng):
    """Draw two cards, by which one offer is not charged."""
    runs = [slice(0, 2), slice(2, 3)]
    tariffs = []
    for _ in runs:
        caps = edges(rng, int(rng.integers(1, 5)))
        divisor = rng.choice([np.inf, 2.0])
        tariffs.append(
            Tariff(
                caps_kg=caps,
                caps_cm3=caps * divisor,
                parcel_kg=float(caps[-1]),
                parcel_cm3=float(caps[-1] * divisor),
                rates=rising(rng, 2, len(caps)),
                zone=rng.integers(0, 2, OFFERS),
            )
        )
    cards = cards_of(list(zip(runs, tariffs, strict=True)), OFFERS)
    weight, volume = rng.uniform(0.1, 4.0, LINES), rng.uniform(0.1, 8.0, LINES)
    return Parcels(cards, weight, volume)


def made(kind, seed):
    """Draw a charge of a kind."""
    rng = np.random.default_rng(seed)
    table = (LINES, OFFERS)
    if kind == "linear":
        once, line, unit = (rng.uniform(-3, 9, size) for size in (OFFERS, table, table))
        given = [part if rng.random() < 0.7 else None for part in (once, line, unit)]
        return Linear(*given) if any(x is not None for x in given) else Linear(once)
    if kind == "anyof":
        return AnyOf(float(rng.uniform(0, 9)), rng.random(table) < 0.4)
    if kind == "steps":
        count = int(rng.integers(1, 5))
        measure = rng.uniform(0.0, 3.0, LINES) * (rng.random(LINES) < 0.8)
        return Steps(measure, edges(rng, count), rising(rng, OFFERS, count))
    if kind == "parcels":
        return parcels(rng)
    if kind in {"unseen", "rest"}:  # steps and parcels beside quotes for units
        seen = made("steps" if kind == "unseen" else "parcels", seed)
        return Unquoted(seen, rng.random(table) < 0.4)
    factors = rng.uniform(0, 3, table)
    curve = Curve(lambda units: np.sqrt(units @ factors))
    return curve if kind == "curve" else Unquoted(curve, rng.random(table) < 0.4)


def shipments(seed, count=6, most=5):
    """Draw units of each line in some shipments, none of them empty."""
    units = np.random.default_rng(seed).integers(0, most, (count, LINES))
    units[~units.any(axis=1), 0] = 1
    return units


@pytest.mark.parametrize("kind", KINDS)
@given(SEEDS, SEEDS)
def test_shipments_cost_the_same_side_by_side_and_one_by_one(kind, seed, what):
    """By every offer, each by its own, one by one, and by some offers."""
    charge, units = made(kind, seed), shipments(what)
    price = charge.price(units.astype(float))
    price = np.broadcast_to(price, (len(units), OFFERS))

    for offer in range(OFFERS):
        offers = np.full(len(units), offer)
        assert charge.price_at(units.astype(float), offers) == pytest.approx(
            price[:, offer]
        )
    many = shipments(what, count=30, most=2).astype(float)
    offers = np.arange(len(many)) % OFFERS
    price_of_many = np.broadcast_to(charge.price(many), (len(many), OFFERS))
    assert charge.price_at(many, offers) == pytest.approx(
        price_of_many[np.arange(len(many)), offers]
    )
    first = units[0]
    assert charge.price_by(first, range(OFFERS)) == pytest.approx(list(price[0]))
    assert charge.price_one(first, 2) == pytest.approx(price[0, 2])


@pytest.mark.parametrize("kind", KINDS)
@given(SEEDS, SEEDS)
def test_some_of_the_offers_charge_as_before(kind, seed, what):
    """Offers kept in another order, one of them twice."""
    charge, units = made(kind, seed), shipments(what).astype(float)
    at = np.array([3, 1, 1])

    found = np.broadcast_to(charge.only(at).price(units), (len(units), 3))
    every = np.broadcast_to(charge.price(units), (len(units), OFFERS))

    assert found == pytest.approx(every[:, at])


@pytest.mark.parametrize("kind", [k for k in KINDS if k != "linear"])
@given(SEEDS, SEEDS, st.sampled_from([0.0, 0.4, 0.7, 1.0]), st.booleans())
def test_lines_below_charges_are_below(kind, seed, what, slope, is_bounded):
    """However steep; up to what is shipped at most, or wherever."""
    charge, units = made(kind, seed), shipments(what).astype(float)
    most = units.max(axis=0) if is_bounded else None
    slope = slope if is_bounded or slope == 0.0 else 1.0

    line = charge.below(most, slope)

    price = np.broadcast_to(charge.price(units), (len(units), OFFERS))
    below = np.zeros(OFFERS)
    if line is not None:
        below = line.start + (units @ line.measure)[:, None] * line.rise
    assert (below <= price + 1e-7).all()


def asked(charge, units):
    """Let a program ship exactly this by each offer in turn; return what it costs."""
    costs = []
    for offer in range(OFFERS):
        model = ArrayModel()
        ships = model.add_columns(OFFERS, upper=1)
        model.at_most(ships[[a for a in range(OFFERS) if a != offer]], 1.0, 0.0)
        atom = np.repeat(np.arange(LINES), OFFERS)
        by = np.tile(np.arange(OFFERS), LINES)
        takes = model.add_columns(len(atom), upper=units.max())
        link = model.add_rows(len(atom), upper=0.0)
        model.add_entries(link, takes, 1.0)
        model.add_entries(link, ships[by], -float(units.max()))
        rows = model.add_rows(LINES, lower=units, upper=units)
        model.add_entries(rows[atom], takes, 1.0)
        limit = np.broadcast_to(units[:, None], (LINES, OFFERS))
        each = np.eye(LINES, dtype=np.int64)
        charge.write(model, Takes(ships, atom, by, takes, limit, each))
        costs.append(model.solve(time_limit_s=20.0, gap=0.0).values @ model.costs())
    return costs


@pytest.mark.parametrize("kind", ["anyof", "steps", "parcels", "unseen", "rest"])
@settings(max_examples=25)
@given(SEEDS, SEEDS)
def test_the_program_charges_what_is_charged(kind, seed, what):
    """Everything by one offer: the rows that a charge adds cost what it asks."""
    charge, units = made(kind, seed), shipments(what, count=1)[0]

    assert asked(charge, units) == pytest.approx(
        charge.price(units[None, :].astype(float))[0], rel=1e-6, abs=1e-6
    )


@pytest.mark.parametrize("kind", KINDS)
@given(SEEDS, SEEDS)
def test_what_never_falls_does_not(kind, seed, what):
    """One unit more of any line costs no less, where a charge says so."""
    charge, units = made(kind, seed), shipments(what).astype(float)
    if not charge.never_falls:
        return
    price = charge.price(units)
    for line in range(LINES):
        more = units.copy()
        more[:, line] += 1.0
        assert (charge.price(more) >= price - 1e-9).all()


@pytest.mark.parametrize("kind", KINDS)
@given(SEEDS, SEEDS)
def test_two_shipments_never_cost_less_where_a_charge_says_so(kind, seed, what):
    """What is in two, in one."""
    charge = made(kind, seed)
    one, other = shipments(what, count=2).astype(float)[:, None]
    if charge.is_subadditive:
        apart = charge.price(one) + charge.price(other)
        assert (charge.price(one + other) <= apart + 1e-9).all()


@pytest.mark.parametrize("kind", KINDS)
@given(SEEDS, SEEDS)
def test_a_quoted_shipment_costs_nothing_but_units(kind, seed, what):
    """Where a quote replaces all there is nothing left; elsewhere all is as before."""
    charge, units = made(kind, seed), shipments(what).astype(float)
    quoted = np.array([True, False, False, True])
    every = np.broadcast_to(charge.price(units), (len(units), OFFERS))

    whole = charge.beside_shipments(quoted, whole=True).price(units)
    parts = charge.beside_shipments(quoted, whole=False).price(units)

    assert whole[:, ~quoted] == pytest.approx(every[:, ~quoted])
    assert parts[:, ~quoted] == pytest.approx(every[:, ~quoted])
    assert (whole[:, quoted] == 0.0).all()
    if kind == "linear":
        rest = Linear(np.zeros(OFFERS), charge.per_line, charge.per_unit).price(units)
        assert parts[:, quoted] == pytest.approx(rest[:, quoted])
    else:
        assert (parts[:, quoted] == 0.0).all()


@pytest.mark.parametrize("kind", KINDS)
@given(SEEDS, SEEDS)
def test_lines_whose_units_are_quoted_are_not_seen(kind, seed, what):
    """Where a quote replaces all, a shipment costs what is left of it without them."""
    charge, units = made(kind, seed), shipments(what).astype(float)
    quoted = np.zeros((LINES, OFFERS), bool)
    quoted[1, 2] = quoted[2, 2] = True
    seen = units * np.array([1.0, 0.0, 0.0])

    found = charge.beside_units(quoted, whole=True).price(units)

    every = np.broadcast_to(charge.price(units), found.shape)
    rest = np.broadcast_to(charge.price(seen), found.shape)
    assert found[:, 2] == pytest.approx(rest[:, 2])
    assert found[:, [0, 1, 3]] == pytest.approx(every[:, [0, 1, 3]])


def test_terms_are_parted_into_what_is_linear_and_what_is_not():
    """Sums of arrays, and the rest in the order of the terms."""
    once, steps = made("linear", 1), made("steps", 2)
    other, rule = Linear(per_shipment=np.ones(OFFERS)), made("anyof", 3)

    linear, rest = parted([Charged("a", (once, steps)), Charged("b", (other, rule))])

    assert linear.per_shipment == pytest.approx(once.per_shipment + 1.0)
    assert linear.per_unit is once.per_unit
    assert rest == (steps, rule)
