"""
Times drawn for small dated worlds, around the moments at which something turns.

Those are changes of the clock, ends of months and years; and the cut-offs, closings and
pick-ups themselves.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domroute.calendars import Calendar

DAY = timedelta(days=1)
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ZONES = (
    *("America/New_York", "America/New_York", "America/Los_Angeles", "Europe/Berlin"),
    *("Asia/Kolkata", "Pacific/Auckland", "America/Havana", "Australia/Lord_Howe"),
)
TURNS = (
    *(date(2026, 3, 7), date(2026, 3, 8), date(2026, 10, 31), date(2026, 11, 1)),
    *(date(2026, 3, 28), date(2026, 10, 24), date(2026, 4, 4), date(2026, 9, 26)),
    *(date(2025, 12, 30), date(2026, 12, 31), date(2028, 2, 28), date(2027, 2, 27)),
    *(date(2026, 11, 25), date(2026, 7, 3)),
)
ROWS = (
    *((("08:00", "17:00"),), (("09:00", "12:00"), ("13:00", "18:00"))),
    *((("22:00", "06:00"),), (("00:00", "24:00"),), (("06:00", "14:30"),)),
    *((("00:00", "02:30"), ("03:00", "24:00")), (("18:00", "02:00"),)),
    *((("01:30", "10:00"), ("10:00", "16:00")), (("12:00", "24:00"),)),
)


def is_so(rng, share):
    """Draw whether something is so."""
    return rng.random() < share


class DrawnTimes:
    """Draws moments, calendars and times of day."""

    def __init__(self, rng, count):
        self.rng, self.count = rng, count
        self.turn = rng.choice(TURNS) + rng.choice((-1, 0, 0, 0, 1)) * DAY
        self.zone = rng.choice(ZONES)
        self.horizon = rng.choice((5, 10, 14, 14, 21, 21))

    def moment(self):
        """Draw a moment, often one at which something turns."""
        rng = self.rng
        if is_so(rng, 0.5):
            minute = rng.choice((0, 120, 150, 600, 720, 840, 960, 1020, 1080, 1439, 90))
            more = rng.choice((timedelta(0), timedelta(microseconds=1), timedelta(0)))
        else:
            minute = rng.randrange(1440)
            more = timedelta(microseconds=rng.randrange(60_000_000))
        midnight = datetime.combine(self.turn, time())
        return self.instant(midnight + timedelta(minutes=minute) + more)

    def instant(self, wall, folds=(0, 0, 1)):
        """Make an instant of a local time, of two any."""
        zone, fold = ZoneInfo(self.zone), self.rng.choice(folds)
        return wall.replace(tzinfo=zone, fold=fold).astimezone(UTC)

    def near(self, least=-1, most=5):
        """Draw a date near the turn."""
        return self.turn + self.rng.randint(least, most) * DAY

    def calendar(self, name):
        """Draw a calendar."""
        rng = self.rng
        more = {}
        if is_so(rng, 0.45):
            week = (
                WEEK if is_so(rng, 0.4) else rng.sample(WEEK, rng.choice((3, 5, 5, 6)))
            )
            rows = rng.choice(ROWS)
            more["hours"] = {
                day: rng.choice((rows, rows, (("07:00", "13:00"),)))
                if rows[0][0] < rows[-1][1]
                else rows
                for day in week
            }
        elif is_so(rng, 0.75):
            more["days"] = rng.choice(
                (
                    WEEK[:5],
                    WEEK[:5],
                    WEEK[:6],
                    ("mon", "wed", "fri"),
                    ("tue", "sat", "sun"),
                )
            )
        if is_so(rng, 0.3):
            more["closed"] = sorted({self.near() for _ in range(2)})
        if is_so(rng, 0.25):
            # Sorted: dates hash differently in every process, and a seed is a seed.
            days = sorted({self.near() for _ in range(2)} - set(more.get("closed", ())))
            rows = (
                *ROWS,
                (),
                (("02:00", "03:00"),),
                (("02:15", "02:45"), ("09:00", "09:00")),
            )
            more["special"] = {day: rng.choice(rows) for day in days}
        return Calendar(id=name, **more)

    def calendar_or_none(self, share):
        """Draw the name of a calendar, or none."""
        return self.rng.choice(self.calendars) if is_so(self.rng, share) else None

    def by_day(self, draw):
        """Draw a time, or times by day."""
        rng = self.rng
        if is_so(rng, 0.6):
            return draw()
        keys = [rng.choice(WEEK), self.near().isoformat(), rng.choice(WEEK)]
        keys = rng.sample(keys, rng.choice((1, 2, 3)))
        made = {key: draw() for key in keys}
        return {**made, "*": draw()} if is_so(rng, 0.7) else made

    def cutoff(self):
        """Draw a cut-off."""
        return self.rng.choice(
            (
                "10:00",
                "12:00",
                "14:00",
                "16:00",
                "18:00",
                "02:30",
                "24:00",
                "25:30",
                "30:00",
            )
        )

    def pickups(self):
        """Draw pick-up times."""
        times = ("00:00", "02:30", "08:00", "12:00", "16:00", "17:00", "18:00", "24:00")
        return tuple(
            sorted(self.rng.sample(times, self.rng.choice((0, 1, 1, 1, 2, 2, 2, 2, 3))))
        )
