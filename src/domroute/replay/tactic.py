"""A policy and how it is carried out: as orders come, in waves, or looking ahead."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from domroute.policy import Policy
from domroute.units import Id, Number, Seconds
from domroute.validation import Frozen


def _zero_or_a_second(hours: float) -> float:
    if 0 < hours < 1 / 3600:
        text = "should be 0, or a second (1/3600 of an hour) at least"
        raise PydanticCustomError("hold_too_short", text)
    return hours


Hold = Annotated[Number, Field(ge=0, le=24 * 366), AfterValidator(_zero_or_a_second)]
Waves = Literal["interval", "departure"]
Days = Annotated[Number, Field(ge=1 / 1440, le=366)]


class LookAhead(Frozen):
    """
    Prices ahead of demand: what a unit is worth to the orders expected next.

    Every ``refresh_h`` the orders of the last ``window_days`` are taken for a forecast
    of the next ``horizon_days``, and the stock at hand is priced against it (see
    :meth:`.Router.value_stock`). Until there is a forecast, units have no price.
    """

    window_days: Days = 28.0
    horizon_days: Days = 7.0
    refresh_h: Annotated[Number, Field(ge=0.25, le=24 * 366)] = 24.0
    draws: Annotated[int, Field(ge=0, le=1000)] = 0
    """
    Futures drawn from the forecast, over whose prices the mean is taken; zero prices
    what is expected, which is quicker.
    """


class Tactic(Frozen):
    """
    A policy and how it is carried out.

    Examples
    --------
    >>> hourly = Tactic(name="hourly waves", policy=Policy(), hold_h=1)
    >>> hourly.is_in_waves
    True
    """

    name: Id
    policy: Policy = Policy()
    hold_h: Hold = 0.0
    """
    Hours between waves: orders are held until the next whole multiple (from midnight,
    UTC) and routed jointly then. Zero routes each at once; a second is the least else.
    """
    waves: Waves = "interval"
    """
    When they are: every ``hold_h`` (``interval``); or, where the network gives dates,
    at the last moment at which no order that is held misses its truck (``departure``).
    What would be later for any wait, such as what is collected, is not held.
    """
    wave_limit_s: Seconds = 10.0
    """Seconds of search for a wave."""
    look_ahead: LookAhead | None = None
    """Prices ahead of demand; None routes by today's costs alone."""

    @property
    def is_in_waves(self) -> bool:
        """Whether orders are held and routed jointly."""
        return self.hold_h > 0 or self.is_by_departure

    @property
    def is_by_departure(self) -> bool:
        """Whether waves are just in time for the trucks."""
        return self.waves == "departure"

    @property
    def longest_hold_h(self) -> float | None:
        """How long an order waits at most (hours); None where nothing says."""
        return None if self.is_by_departure else self.hold_h

    @model_validator(mode="after")
    def _check_waves(self) -> Self:
        if self.is_by_departure and self.hold_h > 0:
            text = "waves by departure are when trucks leave: hold_h should be 0"
            raise PydanticCustomError("contradictory", text)
        return self


def tactic_of(given: Tactic | Policy) -> Tactic:
    """Take a policy for the tactic of routing by it order by order."""
    if isinstance(given, Tactic):
        return given
    return Tactic(name=given.version, policy=given)
