"""What moves together."""

import pytest

from builders import line
from domroute.split.atoms import divide


def test_plain_lines_are_taken_by_unit():
    """A line that may be split has as many steps as units."""
    made = divide((line("l1", "A", 3), line("l2", "B", 1)))

    assert made.steps == (3, 1)
    assert made.units is None


def test_whole_line_is_one_step():
    """A line that may not be split moves with all its units."""
    made = divide((line("l1", "A", 3, allow_split=False), line("l2", "B", 2)))

    assert made.steps == (1, 2)
    assert made.units.tolist() == [[3, 0], [0, 1]]


def test_lines_together_are_one_step():
    """Lines of one name move at once, wherever they stand."""
    made = divide(
        (
            line("l1", "A", 2, ship_together="set"),
            line("l2", "B", 4),
            line("l3", "C", 3, ship_together="set"),
        )
    )

    assert made.steps == (1, 4)
    assert made.units.tolist() == [[2, 0, 3], [0, 1, 0]]


def test_sets_of_two_names_move_apart():
    """Each name is a set of its own, even if a line's id is the same word."""
    made = divide(
        (
            line("x", "A", 1, ship_together="x"),
            line("y", "B", 1, ship_together="y"),
            line("z", "C", 1),
        )
    )

    assert made.steps == (1, 1, 1)


@pytest.mark.parametrize("name", ["l2", "line"])
def test_name_of_a_set_is_not_a_line(name):
    """A set named as another line's id does not swallow that line."""
    made = divide((line("l1", "A", 2, ship_together=name), line("l2", "B", 2)))

    assert made.steps == (1, 2)
    assert made.units.tolist() == [[2, 0], [0, 1]]
