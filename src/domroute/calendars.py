"""When places work and carriers run: calendars, cut-offs and pick-up times."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import MINYEAR, UTC, date, datetime, time
from functools import lru_cache
from typing import Annotated, Final, Literal, Self, TypeVar, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Discriminator,
    Field,
    PlainSerializer,
    PlainValidator,
    Tag,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from domroute.errors import InputError, Issue
from domroute.units import Id, Minutes, Names, Whole
from domroute.validation import Frozen

T = TypeVar("T")

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
"""A day of the week."""
WEEKDAYS: Final[tuple[Weekday, ...]] = get_args(Weekday)
"""The days of the week, as :meth:`datetime.date.weekday` counts them."""
ANY_DAY: Final = "*"
"""Stands for every day that is not named, nor its weekday."""
DAY_MINUTES: Final = 24 * 60
"""Minutes on the clock of a day."""
_TIME: Final = re.compile(r"([0-4]\d):([0-5]\d)", re.ASCII)
_ISO_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _read_time(value: object) -> object:
    if isinstance(value, time) and value.tzinfo is None and not value.second:
        return f"{value.hour:02}:{value.minute:02}"
    return value


def _check_time(value: str) -> str:
    match = _TIME.fullmatch(value)
    if match is None or int(match[1]) >= 48:  # noqa: PLR2004 - two days
        raise PydanticCustomError(
            "time_of_day", "should be a local time such as '09:30'"
        )
    return value


def _check_in_day(value: str) -> str:
    if minute_of(value) > DAY_MINUTES:
        raise PydanticCustomError("time_of_day", "should be at most '24:00'")
    return value


def _check_zone(value: str) -> str:
    if not _is_zone(value):
        raise PydanticCustomError(
            "unknown_time_zone",
            "should be the IANA name of a time zone, such as 'America/New_York'",
        )
    return value


@lru_cache(maxsize=1024)
def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _check_day(value: str) -> str:
    if value == ANY_DAY or value in WEEKDAYS or _is_date(value):
        return value
    raise PydanticCustomError(
        "unknown_value",
        "should be a weekday such as 'mon', a date such as '2026-12-24', or '*'",
    )


def _is_date(value: str) -> bool:
    if _ISO_DATE.fullmatch(value) is None:
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _read_day(value: object) -> object:
    """Refuse what says a date by counting seconds, or says more than a date."""
    if isinstance(value, str) and not _is_date(value):
        raise PydanticCustomError("date_text", "should be a date such as '2026-12-24'")
    if isinstance(value, (int, float)):
        raise PydanticCustomError("date_type", "should be a date such as '2026-12-24'")
    return value


def _read_deadline(value: object) -> date:
    """Read a date, or a moment, which is put in UTC: two ways to say it are one."""
    if isinstance(value, str):
        try:
            is_date = _ISO_DATE.fullmatch(value) is not None
            read = date if is_date else datetime
            value = read.fromisoformat(value)
        except ValueError:
            raise _no_deadline() from None
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise PydanticCustomError(
                "naive_datetime",
                "needs its offset from UTC, as in 2026-01-31T12:00:00Z",
            )
        try:
            moment = value.astimezone(UTC)
        except (OverflowError, ValueError):
            raise _no_deadline() from None
        if moment.year == MINYEAR:  # which has no time of day in every zone
            raise _no_deadline()
        return moment
    if not isinstance(value, date):
        raise _no_deadline("deadline_type")
    return value


def _no_deadline(
    kind: Literal["date_or_moment", "deadline_type"] = "date_or_moment",
) -> PydanticCustomError:
    text = "should be a date, or a moment such as '2026-12-01T12:00:00Z'"
    return PydanticCustomError(kind, text)


_BY_DAY, _ALWAYS = "(by day)", "(always)"


def _form_of(value: object) -> str:
    """Tell what differs from day to day from what holds on every date."""
    return _BY_DAY if isinstance(value, dict) else _ALWAYS


LateTime = Annotated[str, BeforeValidator(_read_time), AfterValidator(_check_time)]
"""A local time, which may be past 24:00: the next date's, and still this day's work."""
LocalTime = Annotated[LateTime, AfterValidator(_check_in_day)]
"""A local time, ``"00:00"`` to ``"24:00"``."""
TimeZone = Annotated[str, AfterValidator(_check_zone)]
"""The IANA name of a time zone."""
Day = Annotated[str, AfterValidator(_check_day)]
"""A weekday, an ISO date, or ``"*"`` for all others."""
Date = Annotated[date, BeforeValidator(_read_day)]
"""A date, as ISO writes it."""
Deadline = Annotated[
    date | datetime,
    PlainValidator(_read_deadline),
    PlainSerializer(lambda value: value, when_used="unless-none"),
    WithJsonSchema(
        {"anyOf": [{"type": "string", "format": f} for f in ("date", "date-time")]}
    ),
]
"""A date, or a moment, which is kept in UTC."""
CalendarId = Annotated[Id, Names("calendars", "a calendar", code="unknown_calendar")]
"""The name of a calendar of the network."""
CutOff = Annotated[
    Annotated[dict[Day, LateTime], Tag(_BY_DAY)] | Annotated[LateTime, Tag(_ALWAYS)],
    Discriminator(_form_of),
]
"""A local time, or times by date, weekday and ``"*"``: the first that applies."""
PickUps = Annotated[
    Annotated[dict[Day, tuple[LocalTime, ...]], Tag(_BY_DAY)]
    | Annotated[tuple[LocalTime, ...], Tag(_ALWAYS)],
    Discriminator(_form_of),
]
"""Local times, or lists of them by date, weekday and ``"*"``."""
Hours = tuple[LocalTime, LocalTime]
"""Opening and closing; one that closes before it opens runs into the next date."""


def minute_of(clock: str) -> int:
    """
    Count the minutes from midnight to a local time.

    Examples
    --------
    >>> minute_of("25:30")
    1530
    """
    hours, minutes = clock.split(":")
    return 60 * int(hours) + int(minutes)


class Calendar(Frozen):
    """
    The dates and hours on which something happens: work, pick-ups, deliveries.

    With neither ``hours`` nor ``days`` it is always open, but for what is closed.

    Examples
    --------
    >>> office = Calendar(
    ...     id="office",
    ...     hours={"mon": [["09:00", "17:00"]], "fri": [["09:00", "12:00"]]},
    ...     closed=["2026-12-25"],
    ... )
    >>> sorted(office.hours)
    ['fri', 'mon']
    >>> Calendar(id="ups", days=["mon", "tue"]).days
    ('mon', 'tue')
    """

    id: Id
    """Name of the calendar."""
    hours: dict[Weekday, tuple[Hours, ...]] | None = None
    """
    Rows of opening and closing by weekday; a weekday that is not named is closed. A row
    that closes before it opens runs into the next date, and belongs to the date it
    opens on; one that closes as it opens is none.
    """
    days: tuple[Weekday, ...] | None = None
    """Weekdays on which it is open around the clock, in place of ``hours``."""
    closed: tuple[Date, ...] = ()
    """Dates on which it does not open."""
    special: dict[Date, tuple[Hours, ...]] = Field(default_factory=dict)
    """Rows of single dates, in place of what ``hours`` or ``days`` say of them."""

    @model_validator(mode="after")
    def _check_days(self) -> Self:
        issues = []
        if self.hours is not None and self.days is not None:
            text = "has both hours and days: give one of them"
            issues.append(Issue("days_and_hours", "", text))
        for day in sorted(set(self.closed) & self.special.keys()):
            text = f"{day} is both closed and special"
            issues.append(Issue("special_and_closed", "special", text))
        for where, rows in self._rows():
            if _overlap(rows):
                text = f"rows overlap: {_shown(rows)}"
                issues.append(Issue("overlapping_hours", where, text))
        if issues:
            raise InputError(issues)
        return self

    def _rows(self) -> Iterable[tuple[str, list[Hours]]]:
        """Yield the rows that begin on a date, with those that run into it."""
        hours = self.hours or {}
        for at, name in enumerate(WEEKDAYS):
            if name in hours:
                night = [
                    ("00:00", closes)
                    for opens, closes in hours.get(WEEKDAYS[at - 1], ())
                    if minute_of(closes) < minute_of(opens)
                ]
                yield f"hours.{name}", [*night, *hours[name]]
        for day, rows in sorted(self.special.items()):
            yield f"special.{day}", list(rows)


def _overlap(rows: Iterable[Hours]) -> bool:
    """Tell whether two rows have more than an end in common."""
    last = -1
    for start, end in sorted(map(span_of, rows)):
        if start == end:
            continue
        if start < last:
            return True
        last = end
    return False


def span_of(row: Hours) -> tuple[int, int]:
    """
    Return when a row opens and closes, in minutes from the midnight before.

    Examples
    --------
    >>> span_of(("22:00", "06:00"))
    (1320, 1800)
    """
    opens, closes = map(minute_of, row)
    return opens, closes + (DAY_MINUTES if closes < opens else 0)


def _shown(rows: Iterable[Hours]) -> str:
    return ", ".join(f"{opens}-{closes}" for opens, closes in rows)


class Processing(Frozen):
    """
    The work between an order's arrival at a node and its hand-over.

    Examples
    --------
    >>> Processing(days=1, minutes=90)
    Processing(days=1, minutes=90.0)
    """

    days: Whole = 0
    """Working days that an order waits; 0 is the same day."""
    minutes: Minutes = 0.0
    """Minutes of open time that the work takes then."""


def time_on(times: CutOff | None, day: date) -> str | None:
    """
    Return the time that applies on a date; None where none does.

    Examples
    --------
    >>> time_on({"*": "14:00", "sat": "11:00"}, date(2026, 11, 28))
    '11:00'
    """
    return entry_on(times, day) if isinstance(times, Mapping) else times


def entry_on(entries: Mapping[str, T], day: date) -> T | None:
    """
    Return what applies on a date: what its date says, else its weekday, else ``"*"``.

    Examples
    --------
    >>> entry_on({"*": 1, "2026-12-24": 2}, date(2026, 12, 24))
    2
    """
    for key in (day.isoformat(), WEEKDAYS[day.weekday()], ANY_DAY):
        if key in entries:
            return entries[key]
    return None
