"""The zones from many nodes to a customer: by distance, or looked up in a chart."""

from __future__ import annotations

from typing import Final

import numpy as np

from domroute.problem import NetworkArrays
from domroute.rules import DISTANCE_SLACK_KM
from domroute.services import DistanceZones, LookupZones
from domroute.units import FloatArray, IntArray

UNSERVED: Final = -1
"""The zone of a pair that no chart row matches."""


class ZoneFinder:
    """Finds the zones from every node to a customer, remembering charts it has read."""

    def __init__(
        self, zones: DistanceZones | LookupZones, arrays: NetworkArrays
    ) -> None:
        self._arrays = arrays
        self._chart = zones.chart if isinstance(zones, LookupZones) else None
        self._default = (
            UNSERVED
            if not isinstance(zones, LookupZones) or zones.default_zone is None
            else zones.default_zone - 1
        )
        self._edges: FloatArray = (
            np.array(zones.bands_km, float) + DISTANCE_SLACK_KM
            if isinstance(zones, DistanceZones)
            else np.empty(0)
        )
        self._read: dict[str, IntArray] = {}
        self.count = zones.zone_count
        """How many zones there are."""
        self.may_leave_out = self._chart is not None and self._default == UNSERVED
        """Whether some pair of a node and a customer may have no zone."""

    def find(
        self, nodes: IntArray, distance_km: FloatArray, postal_code: str | None
    ) -> IntArray:
        """Return the zone from each node, counted from 0; shape ``(M,)``."""
        if self._chart is None:
            return self._edges.searchsorted(distance_km)
        place = postal_code or ""
        if place not in self._read:
            origins = [node.location.postal_code or "" for node in self._arrays.nodes]
            found = [look_up(self._chart, origin, place) for origin in origins]
            self._read[place] = np.array(
                [self._default if zone is None else zone - 1 for zone in found],
                np.int64,
            )
        return self._read[place][nodes]


def look_up(
    chart: dict[tuple[str, str], int], origin: str, destination: str
) -> int | None:
    """
    Find the zone of the longest matching prefixes, the origin's length first.

    Examples
    --------
    >>> look_up({("10", "2"): 4, ("1", ""): 7}, "10001", "20001")
    4
    """
    for i in range(len(origin), -1, -1):
        for j in range(len(destination), -1, -1):
            zone = chart.get((origin[:i], destination[:j]))
            if zone is not None:
                return zone
    return None
