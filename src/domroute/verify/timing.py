"""What a shipment's dates depend on, and what they are, as the judge has it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domroute.network import Node, Service


@dataclass(frozen=True, slots=True, eq=False)
class Trip:
    """
    A shipment as far as its dates depend on it; all but when it may begin.

    Attributes
    ----------
    transit_days
        Of the zone that it goes to; None by couriers, and where nothing is promised.
    is_collected
        Whether the customer comes for it.
    place_zone
        The time zone of where it goes.
    receiving
        The calendar of where it goes.
    earliest
        The first date on which it may come.
    until
        How far is looked.
    ends_at
        The node at which the customer collects what is sent there.
    held
        The date until which it waits for what comes with it; None where it does not.
    works_on
        The working day on which the node says that it works on it; None where its days
        have no limits.
    """

    node: Node
    service: Service | None
    method: str
    transit_days: int | None
    is_collected: bool
    place_zone: str
    receiving: str | None
    earliest: date | None
    until: datetime
    ends_at: Node | None = None
    held: date | None = None
    works_on: date | None = None

    @property
    def not_before(self) -> date | None:
        """The first date on which it may come, for whatever reason."""
        dates = [day for day in (self.earliest, self.held) if day is not None]
        return max(dates, default=None)

    @property
    def cutoff_keys(self) -> tuple[str, ...]:
        """What the node's cut-offs may be stated for, the most telling first."""
        service = self.service
        return (self.method,) if service is None else (service.id, self.method)

    @property
    def courier(self) -> timedelta | None:
        """How long a courier takes; None where it is not taken by one."""
        service = self.service
        minutes = None if service is None else service.transit_minutes
        if minutes is None or isinstance(minutes, dict):
            return None
        return timedelta(minutes=minutes)

    @property
    def has_arrival(self) -> bool:
        """Whether anything says when it arrives."""
        return (
            self.is_collected
            or self.transit_days is not None
            or self.courier is not None
        )


@dataclass(frozen=True, slots=True)
class Dates:
    """The dates of a shipment; moments in UTC, the date at the destination."""

    ready_at: datetime
    ships_at: datetime | None = None
    delivers_on: date | None = None
    delivers_at: datetime | None = None

    @property
    def leaves_at(self) -> datetime | None:
        """When it leaves the node: is handed over, or may be collected."""
        return self.delivers_at if self.ships_at is None else self.ships_at


@dataclass(frozen=True, slots=True)
class Timing:
    """
    The dates of a shipment, and whether it may be made with them.

    Attributes
    ----------
    dates
        None where there are none.
    since
        The first moment at which it may begin.
    trip
        What the dates were found for; None where nothing could be found.
    refusal
        Why it may not be made; None if it may, but for how late it is.
    lateness
        Why it is too late; None where it is not, or may be.
    days_late, days_until
        Local days after it is needed, and after the order.
    """

    dates: Dates | None
    since: datetime | None = None
    trip: Trip | None = None
    refusal: str | None = None
    lateness: str | None = None
    days_late: int = 0
    days_until: int = 0

    @property
    def may_be(self) -> bool:
        """Whether the shipment may be made."""
        return self.refusal is None and self.lateness is None
