"""The tables of benefits: their columns, the steps that are no lever, who has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from domroute.whatif.levers import Lever

if TYPE_CHECKING:
    import pandas as pd

BASE, TOGETHER, GAIN, ALL = "base", "together", "gain", "all"
"""The steps that are no lever: as it is, doing all at once, all of it, the end."""
STEP_COLUMNS: Final = (
    "step",
    "title",
    "is_change",
    "per_order",
    "per_order_low",
    "per_order_high",
    "per_year",
    "per_year_low",
    "per_year_high",
    "agree",
    "seeds",
    "draws",
    "basis",
)
"""The columns of ``Benefits.steps``."""
CHANGE_COLUMNS: Final = (
    "lever",
    "kpi",
    "unit",
    "better",
    "base",
    "with_lever",
    "change",
    "low",
    "high",
    "agree",
)
"""The columns of ``Benefits.changes``."""
ASSUMPTION_COLUMNS: Final = ("of", "what", "value", "unit")
"""The columns of ``Benefits.assumptions``."""


class Tried(Protocol):
    """What levers bring, as a page reads it; see :class:`.Benefits`."""

    @property
    def scenario(self) -> str:
        """What they were tried on."""

    @property
    def tactic(self) -> str:
        """How it is routed as it is."""

    @property
    def levers(self) -> tuple[Lever, ...]:
        """What was tried."""

    @property
    def steps(self) -> pd.DataFrame:
        """The margin, step by step; ``STEP_COLUMNS``."""

    @property
    def changes(self) -> pd.DataFrame:
        """How each KPI changes; ``CHANGE_COLUMNS``."""

    @property
    def assumptions(self) -> pd.DataFrame:
        """What it rests on; ``ASSUMPTION_COLUMNS``."""

    @property
    def reach(self) -> pd.DataFrame:
        """How many orders each lever could touch, and did; ``REACH_COLUMNS``."""

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The frames by name."""
