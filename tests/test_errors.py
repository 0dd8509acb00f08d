"""Faults as a table, and a tree of errors that callers can guess."""

import pytest

from domroute import errors
from domroute.errors import (
    LONGEST,
    DomrouteError,
    InfeasibleError,
    InputError,
    Issue,
    NoPlanError,
    SolverError,
)


def faults(count):
    """Make some faults."""
    return [
        Issue("out_of_range", f"stock[{at}].on_hand", "too low") for at in range(count)
    ]


def test_issue_says_where_what_and_which():
    """An issue prints its path, its sentence and its code."""
    assert str(Issue("code", "path", "sentence")) == "path: sentence [code]"


def test_issue_is_cut_to_what_can_be_read():
    """Beginning and end of a place and a sentence are kept; what is short, whole."""
    issue = Issue("code", "a" * 600 + "b" * 600, "m" * LONGEST)

    assert len(issue.where) <= LONGEST
    assert issue.where.startswith("aaa")
    assert issue.where.endswith("bbb")
    assert issue.message == "m" * LONGEST


@pytest.mark.parametrize(
    ("kind", "builtin"),
    [
        (InputError, ValueError),
        (NoPlanError, TimeoutError),
        (SolverError, RuntimeError),
        (InfeasibleError, Exception),
    ],
)
def test_error_is_the_builtin_a_caller_would_guess(kind, builtin):
    """Every error can be caught by the builtin it is one of."""
    assert issubclass(kind, builtin)


def test_errors_share_one_base():
    """Every error of the library can be caught as one."""
    made = [vars(errors)[name] for name in dir(errors) if name.endswith("Error")]

    assert all(issubclass(kind, DomrouteError) for kind in made)


def test_input_error_counts_its_faults():
    """One fault is one fault, two are two faults."""
    assert str(InputError(faults(1))).startswith("1 fault in the input\n  stock[0]")
    assert str(InputError(faults(2))).startswith("2 faults in the input\n")


def test_input_error_prints_twenty_faults():
    """A message stays readable; ``issues`` holds everything."""
    # 21 faults: a headline, 20 lines and what is left.
    error = InputError(faults(21))

    lines = str(error).splitlines()

    assert len(lines) == 22
    assert lines[-1] == "  ... and 1 more, all in .issues"
    assert len(error.issues) == 21


def test_input_error_prints_all_of_twenty():
    """Twenty faults leave nothing to count."""
    assert len(str(InputError(faults(20))).splitlines()) == 21


def test_input_error_is_a_frame():
    """Faults are rows, to be filtered and counted."""
    frame = InputError(faults(2)).to_frame()

    assert list(frame.columns) == ["code", "where", "message"]
    assert frame["where"].tolist() == ["stock[0].on_hand", "stock[1].on_hand"]


def test_frame_of_no_faults_has_columns():
    """A frame without rows still says what it would hold."""
    assert list(InputError([]).to_frame().columns) == ["code", "where", "message"]


def test_issues_sort_by_code():
    """Issues have an order, so that lists of them can be compared."""
    first, second = Issue("a", "y", ""), Issue("b", "x", "")

    assert sorted([second, first]) == [first, second]
