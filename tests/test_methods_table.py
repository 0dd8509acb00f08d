"""The table of the guide: what comes of every method, from every kind of place."""

import re
from pathlib import Path

import pytest

from domroute.words import Method

PAGE = Path(__file__).parents[1] / "docs/guide/promise-dates.md"
TITLE = "## Every method, from every kind of place"
CELL = re.compile(
    r"```\{code-cell\} python3\n(?::tags:[^\n]*\n)?(.*?)\n```\n", re.DOTALL
)

# All is ordered on Wednesday, 25 November, at 10:00 in New York; Thursday is closed.
#
# The center's hour is over at 11:00, the store's half at 10:30; both are in time for
# Wednesday's truck, whose two days are Friday and Monday. The vendor waits a working
# day, and opens on Friday at 8:00: Friday's truck takes Monday and Tuesday.
# A courier takes 90 minutes from when it is ready; Friday is no more the same day.
EXPECTED = {
    "ship": ("Mon 30 Nov", "Mon 30 Nov", "Tue 01 Dec"),
    "same_day": (
        "if listed: Wed 25 Nov 12:30",
        "if listed: Wed 25 Nov 12:00",
        "if listed: after_cutoff",
    ),
    **dict.fromkeys(
        ("pickup", "curbside", "locker"),
        (
            "if listed: Wed 25 Nov 11:00",
            "Wed 25 Nov 10:30",
            "if listed: Fri 27 Nov 08:00",
        ),
    ),
    "ship_to_store": ("Mon 30 Nov", "Mon 30 Nov", "Tue 01 Dec"),
}
KINDS = ("center", "store", "vendor")


@pytest.fixture(scope="module")
def table():
    """Make the table as the page makes it."""
    section = PAGE.read_text(encoding="utf-8").partition(TITLE)[2]
    namespace: dict[str, object] = {"__name__": "page"}
    code = CELL.search(section)
    assert code is not None
    exec(compile(code[1], str(PAGE), "exec"), namespace)  # noqa: S102 - the page's own
    return namespace["methods_table"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("method", list(Method))
def test_cell_is_as_derived_by_hand(method, kind, table):
    """Each cell says when it comes, or why not, and whether it must be listed."""
    assert table.loc[method.value, kind] == EXPECTED[method.value][KINDS.index(kind)]


def test_table_has_every_method_and_kind(table):
    """No method or kind is left out."""
    assert list(table.index) == [method.value for method in Method]
    assert tuple(table.columns) == KINDS
