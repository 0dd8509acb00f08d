"""Dated scenarios that make no sense, routed: a plan or a fault, and never a loop."""

import copy
import json
import random

import pytest

from domroute.errors import InputError
from domroute.jsonio import scenario_from_json
from domroute.router import Router
from scenario.test_times import DATED, mutated

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HORIZONS = (1, 2, 90, 366)
"""As far ahead as anybody may look, and as little."""
EXTREMES = {
    "transit_days": [0, 10**6, [10**6, 0], [0, 366]],
    "transit_minutes": [0, 1e6, 0.000001, 1439.999999],
    "processing": [
        {"days": 10**6},
        {"minutes": 1e6},
        {"days": 366, "minutes": 1e6},
        {"minutes": 0.0000001},
    ],
    "placed_at": [
        *("0002-01-01T00:00:00Z", "0002-01-01T23:59:59+00:00"),
        *("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"),
        *("9990-12-31T23:59:59Z", "9990-12-25T00:00:00Z", "9990-12-31T00:00:00Z"),
        *("1883-11-18T17:00:00Z", "1970-01-01T00:00:00Z", "2200-02-28T12:00:00Z"),
    ],
    "need_by": [
        *("0001-01-01", "9999-12-31", "9999-12-31T23:59:59Z", None),
        "0001-01-01T00:00:00Z",
    ],
    "earliest": ["0001-01-01", "9999-12-31", "2027-01-01", None],
    "release_at": ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", None],
    "cutoff": ["00:00", "47:59", {"2026-11-25": "00:00"}, {}, {"*": "00:00"}],
    "pickups": [[], {}, {"*": []}, ["24:00", "00:00"], {"sun": ["00:00"]}],
    "active_until": ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"],
    "hours": [
        {},
        {"mon": []},
        {"mon": [["00:00", "00:00"]]},
        {"sun": [["23:59", "00:00"]]},
    ],
    "closed": [[], ["0002-01-01"], ["9990-12-31"]],
    "special": [{}, {"2026-11-27": []}, {"9990-12-31": [["22:00", "06:00"]]}],
    "time_zone": [
        *("Pacific/Apia", "Pacific/Kiritimati", "Australia/Lord_Howe"),
        *("America/Havana", "Etc/GMT+12", "Africa/Monrovia"),
    ],
    "delivers_by": ["00:00", "24:00"],
    "method": ["ship", "same_day", "pickup", "curbside"],
}
"""What may be said, and can hardly be done."""


def extreme(rng):
    """Return the dated scenario with some of its dates made extreme."""
    value = copy.deepcopy(DATED)
    value["policy"] = {"promise": {"horizon_days": rng.choice(HORIZONS)}}
    if rng.random() < 0.3:
        value["policy"]["costs"] = [
            {"term": "lateness", "per_line_day": 1.0},
            {"term": "speed", "per_unit_day": 1.0},
        ]
    owners = {
        "nodes": ["processing", "cutoff", "active_until", "time_zone"],
        "services": ["transit_days", "transit_minutes", "pickups", "delivers_by"],
        "calendars": ["hours", "closed", "special"],
        "items": ["release_at"],
    }
    for _ in range(rng.randint(1, 5)):
        owner = rng.choice([*owners, "orders", "delivery"])
        if owner == "orders":
            value["orders"][0]["placed_at"] = rng.choice(EXTREMES["placed_at"])
        elif owner == "delivery":
            name = rng.choice(["need_by", "earliest", "method"])
            line = value["orders"][0]["lines"][0]
            for delivery in (value["orders"][0]["delivery"], line["delivery"]):
                delivery[name] = rng.choice(EXTREMES[name])
                if delivery.get("method") in {"pickup", "curbside"}:
                    delivery["radius_km"] = 2000.0
        else:
            name = rng.choice(owners[owner])
            made = rng.choice(value[owner])
            made[name] = copy.deepcopy(rng.choice(EXTREMES[name]))
            if name == "transit_minutes":
                made.pop("transit_days", None)
            if name == "hours":
                made.pop("days", None)
    return value


def answered(value):
    """Load and route: return what is said of it, a result or the codes of faults."""
    try:
        made = scenario_from_json(json.dumps(value))
        router = Router(made.network, made.inventory, made.policy)
        return [router.route(order) for order in made.orders]
    except InputError as error:
        return [issue.code for issue in error.issues]


@pytest.mark.filterwarnings("ignore::domroute.errors.DeadlineWarning")
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("make", [mutated, extreme])
def test_hostile_dates_are_answered(make, seed):
    """250 at each seed: each is routed, or refused with what is wrong with it."""
    rng = random.Random(seed)
    for _ in range(250):
        value = make(rng)

        assert answered(value) or not value.get("orders"), value
