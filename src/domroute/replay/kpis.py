"""The key figures of a run, whole or by kind, method, channel or region."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

import domroute.replay.figures
import domroute.replay.punctual  # noqa: F401 - they list their figures
from domroute.arguments import checked
from domroute.errors import InputError, Issue
from domroute.replay.groups import SPLIT_OF, Groups, parts_of
from domroute.replay.measures import Frames, Measured
from domroute.replay.registry import KPIS as _LISTED
from domroute.replay.registry import Kpi

if TYPE_CHECKING:
    import pandas as pd

KPIS: Final[tuple[Kpi, ...]] = tuple(_LISTED)
"""Every KPI, in reading order."""

BESIDE: Final[tuple[Kpi, ...]] = (
    Kpi(
        "hindsight",
        "bound in hindsight",
        "money",
        None,
        "The least that any tactic can have paid at these costs, without returns.",
        lambda _: float("nan"),
    ),
    Kpi(
        "above_hindsight",
        "above the bound in hindsight",
        "share",
        "low",
        "(total_cost - the term returns of cost) / hindsight - 1.",
        lambda _: float("nan"),
    ),
)
"""KPIs that need more than the frames of a run: a comparison has them when asked."""

_AT: Final[dict[str, Kpi]] = {kpi.name: kpi for kpi in (*KPIS, *BESIDE)}


@checked
def kpi_of(name: str) -> Kpi:
    """
    Find the KPI of a name, or the family of which it is a member.

    Parameters
    ----------
    name
        As in the frames: ``fill_rate``, ``cost:shipping``.

    Raises
    ------
    InputError
        If there is none.

    Examples
    --------
    >>> kpi_of("fill_rate").better, kpi_of("cost:shipping").label
    ('high', 'cost by term')
    """
    found = _AT.get(name.partition(":")[0])
    if found is None:
        text = f"{name!r} is no KPI, known are {', '.join(_AT)}"
        raise InputError([Issue("unknown_value", "kpi", text)])
    return found


def kpis_of(outcome: Measured) -> pd.Series[float]:
    """
    Work out every KPI of a run, by name, in the order of ``KPIS``.

    Parameters
    ----------
    outcome
        What came of a replay.
    """
    import pandas as pd

    found = dict(_figures(Frames.of(outcome), KPIS))
    return pd.Series(found, dtype=float, name="value").rename_axis("kpi")


def kpis_by(outcome: Measured, by: str | Groups) -> pd.DataFrame:
    """
    Work out KPIs for groups of a run: those for which the groups make sense.

    Parameters
    ----------
    outcome
        What came of a replay.
    by
        ``kind`` or ``node``, ``method`` or ``service``, ``channel`` or ``tier``; or
        the group of each order by its id, such as the region it goes to.

    Returns
    -------
    pd.DataFrame
        A row per group, a column per KPI; what is counted in orders, shipments, units
        or money adds up to the whole run. What belongs to no group, as what an order
        costs besides its shipments is at no node and by no method, has the last row,
        ``(rest)``, where there is any.

    Raises
    ------
    InputError
        If ``by`` is none of these; or gives an order more than one group, or none of
        the orders of the run any.
    """
    import pandas as pd

    if isinstance(by, str):
        if by not in SPLIT_OF:
            text = f"{by!r} should be one of {', '.join(SPLIT_OF)}, or groups of orders"
            raise InputError([Issue("unknown_value", "by", text)])
    elif not isinstance(by, (Mapping, pd.Series)):
        text = (
            f"{type(by).__name__} should be one of {', '.join(SPLIT_OF)}, or the group "
            "of each order: a mapping or a Series by the id of the order"
        )
        raise InputError([Issue("wrong_type", "by", text)])
    split = SPLIT_OF[by] if isinstance(by, str) else "orders"
    kpis = [kpi for kpi in KPIS if split in kpi.splits]
    rows = {
        name: dict(_figures(part, kpis))
        for name, part in parts_of(Frames.of(outcome), by)
    }
    table = pd.DataFrame.from_dict(rows, orient="index", dtype=float)
    table = table[in_order(table.columns)]
    return fill_families(table).rename_axis(by if isinstance(by, str) else "group")


def in_order(names: Iterable[str]) -> list[str]:
    """
    Put names of KPIs in the order of ``KPIS``, members of a family by name.

    Examples
    --------
    >>> in_order(["fill_rate", "cost:shipping", "revenue", "cost:handling"])
    ['revenue', 'cost:handling', 'cost:shipping', 'fill_rate']
    """
    at = {name: number for number, name in enumerate(_AT)}
    return sorted(names, key=lambda name: (at[name.partition(":")[0]], name))


def fill_families(table: pd.DataFrame) -> pd.DataFrame:
    """
    Set to zero what a row lacks of a family: a term it never paid, a reason never met.

    Parameters
    ----------
    table
        A column per KPI.

    Examples
    --------
    >>> import pandas as pd
    >>> fill_families(pd.DataFrame({"cost:a": [1.0, None], "fill_rate": [None, 1.0]}))
       cost:a  fill_rate
    0     1.0        NaN
    1     0.0        1.0
    """
    return table.fillna({name: 0.0 for name in table.columns if ":" in name})


def _figures(frames: Frames, kpis: Iterable[Kpi]) -> Iterator[tuple[str, float]]:
    for kpi in kpis:
        yield from kpi.figures(frames)
