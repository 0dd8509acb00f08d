"""What single calls of a ledger are given: moments, ids and kinds, checked."""

from __future__ import annotations

from datetime import date, datetime

from domroute.errors import InputError, Issue
from domroute.units import LONGEST_ID
from domroute.validation import wrong_type
from domroute.wording import is_text


def check_kind(name: str, value: object, kind: type, words: str) -> None:
    """
    Refuse what is of another kind.

    Raises
    ------
    InputError
        If it is.

    Examples
    --------
    >>> check_kind("plan", 3, dict, "a Plan")
    Traceback (most recent call last):
    ...
    domroute.errors.InputError: 1 fault in the input
      plan: should be a Plan, got an int [wrong_type]
    """
    if not isinstance(value, kind):
        raise InputError([wrong_type(name, value, words)])


def check_moment(name: str, value: object) -> None:
    """
    Refuse what is no moment, or one without an offset from UTC.

    Raises
    ------
    InputError
        If it is.

    Examples
    --------
    >>> check_moment("now", datetime(2026, 3, 2))
    Traceback (most recent call last):
    ...
    domroute.errors.InputError: 1 fault in the input
      now: has no offset from UTC; give a timezone-aware moment [naive_datetime]
    """
    check_kind(name, value, datetime, "a datetime")
    if isinstance(value, datetime) and value.utcoffset() is None:
        text = "has no offset from UTC; give a timezone-aware moment"
        raise InputError([Issue("naive_datetime", name, text)])


def is_moment(value: object) -> bool:
    """
    Tell whether something is a moment with an offset from UTC.

    Examples
    --------
    >>> is_moment(datetime.fromisoformat("2026-03-02T12:00Z")), is_moment("noon")
    (True, False)
    """
    return isinstance(value, datetime) and value.utcoffset() is not None


def is_date(value: object) -> bool:
    """
    Tell whether something is a date, without a time of day.

    Examples
    --------
    >>> is_date(date(2026, 3, 2)), is_date(datetime(2026, 3, 2))
    (True, False)
    """
    return isinstance(value, date) and not isinstance(value, datetime)


def is_id(value: object) -> bool:
    r"""
    Tell whether something can be an id: text that can be written, and not blank.

    Examples
    --------
    >>> is_id("N1"), is_id(" "), is_id(3), is_id("\ud800")
    (True, False, False, False)
    """
    return (
        isinstance(value, str)
        and 0 < len(value) <= LONGEST_ID
        and not value.isspace()
        and is_text(value)
    )


def check_ids(**names: object) -> None:
    """
    Refuse what can be no id.

    Raises
    ------
    InputError
        With all of them.
    """
    issues = [
        Issue("wrong_type", name, f"should be an id, got {value!r:.60}")
        for name, value in names.items()
        if not is_id(value)
    ]
    if issues:
        raise InputError(issues)
