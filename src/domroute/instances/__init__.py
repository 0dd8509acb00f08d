"""Bundled scenarios by name, size and seed: drawn by our own code from stated facts."""

from __future__ import annotations

from typing import Final

from domroute.arguments import checked
from domroute.errors import InputError, Issue
from domroute.instances.tiny import tiny
from domroute.instances.us_retail import SIZES, Size, us_retail
from domroute.scenario import Scenario

__all__ = ["NAMES", "SIZES", "Size", "load"]

NAMES: Final = ("tiny", "us_retail")
"""The scenarios there are."""


@checked
def load(name: str, *, size: Size = "small", seed: int = 0) -> Scenario:
    """
    Return a bundled scenario.

    Parameters
    ----------
    name
        ``tiny``: two distribution centers, three stores, a vendor and twenty orders
        written by hand, the same for every size and seed. ``us_retail``: a made-up
        retailer across the United States with uneven stock and two weeks of orders.
    size
        Of ``us_retail``: ``small`` (300 orders, 40 stores, 300 items), ``medium``
        (3,000, 150, 1,000) or ``full`` (20,000, 300, 2,000).
    seed
        Of ``us_retail``: equal name, size and seed give an equal scenario.

    Raises
    ------
    InputError
        If there is no such scenario or size, or the seed is negative.

    Notes
    -----
    Metropolitan areas, their populations and coordinates are facts; everything else is
    drawn from distributions that the code states. No price is a carrier's.

    Examples
    --------
    >>> load("tiny").orders[0].lines[0].sku
    'mug'
    >>> scenario = load("us_retail", size="small", seed=7)
    >>> sum(node.kind == "store" for node in scenario.network.nodes)
    40
    """
    issues = []
    if name not in NAMES:
        known = ", ".join(NAMES)
        issues.append(Issue("unknown_value", "name", f"{name!r} is not one of {known}"))
    if size not in SIZES:
        known = ", ".join(SIZES)
        issues.append(Issue("unknown_value", "size", f"{size!r} is not one of {known}"))
    if seed < 0:
        issues.append(Issue("out_of_range", "seed", f"{seed!r} is negative"))
    if issues:
        raise InputError(issues)
    return tiny() if name == "tiny" else us_retail(size, seed)
