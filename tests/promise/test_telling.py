"""The dates of one offer as a shipment tells them."""

from datetime import UTC, date

from builders import node
from dated import at
from domroute.promise.telling import moments_of
from promise.test_finding import WEDNESDAY, find, finder_of, wish_of


def told(offer, *nodes, **wish):
    """Tell the dates of one offer."""
    return moments_of(find(finder_of(*nodes), wish_of(**wish), offer), 0)


def test_what_goes_by_days_tells_all_five():
    """Ready at once, picked up at five, there by eight on Thursday."""
    assert told((0, 0), node("N1")) == {
        "ready_at": WEDNESDAY,
        "ships_at": at("2026-11-18T17:00"),
        "delivers_on": date(2026, 11, 19),
        "delivers_at": at("2026-11-19T20:00"),
        "valid_until": at("2026-11-18T17:00"),
    }


def test_moments_are_in_utc():
    """Wherever the node is, and whatever the order was written in."""
    found = told((0, 0), node("N1", time_zone="Asia/Kolkata"))

    for name in ("ready_at", "ships_at", "delivers_at", "valid_until"):
        assert found[name].tzinfo is UTC


def test_what_promises_nothing_tells_when_it_leaves():
    """No date of delivery."""
    found = told((0, 1), node("N1"))

    assert found["ships_at"] == at("2026-11-18T17:00")
    assert found["delivers_on"] is None
    assert found["delivers_at"] is None


def test_what_is_collected_is_not_shipped():
    """It may be collected at once."""
    store = node("N1", kind="store")
    found = told((0, -1), store, method="pickup", radius_km=5.0)

    assert found == {
        "ready_at": WEDNESDAY,
        "ships_at": None,
        "delivers_on": date(2026, 11, 18),
        "delivers_at": WEDNESDAY,
        "valid_until": WEDNESDAY,
    }


def test_what_is_held_is_valid_for_as_long():
    """Not before Tue 24: it leaves on Monday at five, and may be ordered until then."""
    found = told((0, 0), node("N1"), earliest="2026-11-24")

    assert found["ready_at"] == WEDNESDAY
    assert found["ships_at"] == found["valid_until"] == at("2026-11-23T17:00")


def test_what_has_no_date_tells_nothing():
    """It is asked for its price alone."""
    assert told((0, 0), node("N1", calendar="never")) == {}
