"""How an order may be divided: limits, and what moves together."""

from domroute.split.limits import SplitLimits

__all__ = ["SplitLimits"]
