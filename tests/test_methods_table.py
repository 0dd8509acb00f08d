"""The tables of the guide: what comes of every method, place and kind of supply."""

import re
from pathlib import Path

import pytest

from domroute.words import Method

PAGE = Path(__file__).parents[1] / "docs/guide/promise-dates.md"
TITLE = "## Every method, from every kind of place"
CELL = re.compile(
    r"```\{code-cell\} python3\n(?::tags:[^\n]*\n)?(.*?)\n```\n", re.DOTALL
)
COLLECTED = ("pickup", "curbside", "locker")
LISTED = "if listed: "
ASKED_FOR = [method for method in Method if method.is_delivery]

# All is ordered on Wednesday, 25 November, at 10:00 in New York; Thursday is closed.
#
# The center's hour is over at 11:00, the store's half at 10:30; both are in time for
# Wednesday's truck, whose two days are Friday and Monday. The vendor waits a working
# day, and opens on Friday at 8:00: Friday's truck takes Monday and Tuesday.
# A courier takes 90 minutes from when it is ready; Friday is no more the same day.
IN_STOCK = {
    "ship": ("Mon 30 Nov", "Mon 30 Nov", "Tue 01 Dec"),
    "same_day": (
        LISTED + "Wed 25 Nov 12:30",
        LISTED + "Wed 25 Nov 12:00",
        LISTED + "after_cutoff",
    ),
    **dict.fromkeys(
        COLLECTED,
        (
            LISTED + "Wed 25 Nov 11:00",
            "Wed 25 Nov 10:30",
            LISTED + "Fri 27 Nov 08:00",
        ),
    ),
    "ship_to_store": ("Mon 30 Nov", "Mon 30 Nov", "Tue 01 Dec"),
}
# It comes on Friday at 12:00, before every cut-off: ready at 13:00 at the center and
# 12:30 at the store, for Friday's truck; at the vendor on Monday at 8:00, and Monday's
# truck takes Tuesday and Wednesday. Wednesday's day is over.
INBOUND = {
    "ship": ("Tue 01 Dec", "Tue 01 Dec", "Wed 02 Dec"),
    "same_day": (LISTED + "after_cutoff",) * 3,
    **dict.fromkeys(
        COLLECTED,
        (
            LISTED + "Fri 27 Nov 13:00",
            "Fri 27 Nov 12:30",
            LISTED + "Mon 30 Nov 08:00",
        ),
    ),
    "ship_to_store": ("Tue 01 Dec", "Tue 01 Dec", "Wed 02 Dec"),
}
# One as in stock, one as inbound: two parcels at 5 and 9 to wait are less than one at 5
# and 18. On the same day one comes, and the other is left; the vendor's are both left.
SHORT = {
    "ship": (
        "Mon 30 Nov | Tue 01 Dec",
        "Mon 30 Nov | Tue 01 Dec",
        "Tue 01 Dec | Wed 02 Dec",
    ),
    "same_day": (
        LISTED + "Wed 25 Nov 12:30 | after_cutoff",
        LISTED + "Wed 25 Nov 12:00 | after_cutoff",
        LISTED + "after_cutoff",
    ),
    **dict.fromkeys(
        COLLECTED,
        (
            LISTED + "Wed 25 Nov 11:00 | Fri 27 Nov 13:00",
            "Wed 25 Nov 10:30 | Fri 27 Nov 12:30",
            LISTED + "Fri 27 Nov 08:00 | Mon 30 Nov 08:00",
        ),
    ),
    "ship_to_store": (
        "Mon 30 Nov | Tue 01 Dec",
        "Mon 30 Nov | Tue 01 Dec",
        "Tue 01 Dec | Wed 02 Dec",
    ),
}
EXPECTED = {"in stock": IN_STOCK, "inbound": INBOUND, "short": SHORT}
KINDS = ("center", "store", "vendor")


@pytest.fixture(scope="module")
def tables():
    """Make the tables as the page makes them."""
    section = PAGE.read_text(encoding="utf-8").partition(TITLE)[2]
    namespace: dict[str, object] = {"__name__": "page"}
    code = CELL.search(section)
    assert code is not None
    exec(compile(code[1], str(PAGE), "exec"), namespace)  # noqa: S102 - the page's own
    return namespace["methods_tables"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("method", ASKED_FOR)
@pytest.mark.parametrize("supply", EXPECTED)
def test_cell_is_as_derived_by_hand(supply, method, kind, tables):
    """Each cell says what comes, or why not, and whether it must be listed."""
    expected = EXPECTED[supply][method.value][KINDS.index(kind)]

    assert tables[supply].loc[method.value, kind] == expected


@pytest.mark.parametrize("supply", EXPECTED)
def test_table_has_every_method_and_kind(supply, tables):
    """No method or kind is left out."""
    assert list(tables[supply].index) == [method.value for method in ASKED_FOR]
    assert tuple(tables[supply].columns) == KINDS


@pytest.mark.parametrize("supply", EXPECTED)
def test_page_shows_each_table(supply):
    """The page's reader sees what is tested."""
    shown = f'methods_tables["{supply}"]\n```'

    assert shown in PAGE.read_text(encoding="utf-8")
