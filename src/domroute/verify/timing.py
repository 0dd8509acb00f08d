"""What a shipment's dates depend on, and what they are, as the judge has it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from domroute.network import Node, Service


@dataclass(slots=True, eq=False)
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
    cutoff_keys
        What the node's cut-offs may be stated for, the most telling first.
    courier
        How long a courier takes; None where it is not taken by one.
    has_arrival
        Whether anything says when it arrives.
    not_before
        The first date on which it may come, for whatever reason.
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
    cutoff_keys: tuple[str, ...] = field(init=False)
    courier: timedelta | None = field(init=False, default=None)
    has_arrival: bool = field(init=False)
    not_before: date | None = field(init=False)

    def __post_init__(self) -> None:
        """Say what follows from the rest: each is asked for several times."""
        service, held, earliest = self.service, self.held, self.earliest
        self.cutoff_keys = (self.method,)
        if service is not None:
            self.cutoff_keys = service.id, self.method
            minutes = service.transit_minutes
            if minutes is not None and not isinstance(minutes, dict):
                self.courier = timedelta(minutes=minutes)
        self.has_arrival = (
            self.is_collected
            or self.transit_days is not None
            or self.courier is not None
        )
        self.not_before = earliest if held is None else held
        if held is not None and earliest is not None:
            self.not_before = max(held, earliest)


@dataclass(slots=True)
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


@dataclass(slots=True, eq=False)
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
