"""Promises as files have them: by the schema, row by row, and infinity as null."""

import csv
import io
import json
import math
from datetime import UTC, date, datetime

import jsonschema
import pytest

from domroute.files.promises import promises_to_csv
from domroute.jsonio import promise_schema, promises_to_json
from domroute.plan import Content, Plan, Shipment, Unfilled
from domroute.promises import PROMISE_COLUMNS, Promise, PromiseOption
from domroute.reasons import Reason
from domroute.result import RoutingResult
from domroute.words import Method, Status

SCHEMA = jsonschema.Draft202012Validator(promise_schema())
MONDAY, TEN = date(2026, 11, 30), datetime(2026, 11, 25, 10, tzinfo=UTC)


def promise(name="=o1"):
    """Make a promise of an option with a date, and one without a plan."""
    part = Shipment(
        name, "N1", Method.SHIP, (Content("A", "A", 1),), delivers_on=MONDAY
    )
    left = Unfilled(name, "A", "A", 2, Reason.TOO_LATE)
    made = [
        RoutingResult(
            name, Plan((part,)), Status.OPTIMAL, 8.0, 8.0, "m", "p", valid_until=TEN
        ),
        RoutingResult(
            name,
            Plan((), (left,)),
            Status.INFEASIBLE,
            math.inf,
            math.inf,
            "m",
            "p",
        ),
    ]
    speeds = ("best", "fast")
    return Promise.of(
        name,
        [PromiseOption(Method.SHIP, *pair) for pair in zip(speeds, made, strict=True)],
    )


def test_json_is_an_array_that_the_schema_accepts():
    """Each is its ``to_dict``; a cost that is infinite is null."""
    one = promise()

    written = json.loads(promises_to_json([one]))

    assert written == [one.to_dict()]
    assert written[0]["options"][1]["result"]["cost"] is None
    assert SCHEMA.is_valid(written)
    assert SCHEMA.is_valid(written[0])


@pytest.mark.parametrize("change", [{"format": "domroute.promise/2"}, {"later": 1}])
def test_the_schema_refuses_what_it_does_not_know(change):
    """Neither another version nor another field is a promise."""
    assert not SCHEMA.is_valid([promise().to_dict() | change])


def test_csv_has_a_row_for_each_option():
    """Dates as ISO writes them, nothing where there is none, and no formula."""
    rows = list(csv.reader(io.StringIO(promises_to_csv([promise()]))))

    assert rows == [
        list(PROMISE_COLUMNS),
        [
            *("'=o1", "ship", "best", "2026-11-30", "8.0", "1", "0"),
            *("2026-11-25T10:00:00+00:00", "false"),
        ],
        ["'=o1", "ship", "fast", "", "inf", "0", "2", "", "true"],
    ]
