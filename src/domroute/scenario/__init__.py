"""One named bundle of input, and whether its parts fit together."""

from domroute.scenario.bundle import Scenario

__all__ = ["Scenario"]
