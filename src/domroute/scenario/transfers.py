"""Whether the lanes of a network can be told apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from domroute.lanes import Lane
from domroute.validation import Fault


def lane_faults(
    lanes: Iterable[Lane | None], services: Iterable[str]
) -> Iterator[tuple[int, Fault]]:
    """
    List lanes that begin and end where another does, or are called as a service is.

    Parameters
    ----------
    lanes
        Of a network; None for one that could not be read.
    services
        The ids of its services.

    Yields
    ------
    int and Fault
        The position of a lane, and what is wrong with it.

    Examples
    --------
    >>> ends = {"origin": "N1", "destination": "S7"}
    >>> lanes = [Lane(id="a", **ends), Lane(id="b", **ends)]
    >>> [(at, code) for at, (code, _, _) in lane_faults(lanes, ["ups"])]
    [(1, 'duplicate_lane')]
    """
    named = frozenset(services)
    first: dict[tuple[str, str], str] = {}
    for at, lane in enumerate(lanes):
        if lane is None:
            continue
        other = first.setdefault((lane.origin, lane.destination), lane.id)
        if other != lane.id:
            text = (
                f"goes from {lane.origin!r} to {lane.destination!r}, as {other!r} does"
            )
            yield at, ("duplicate_lane", (), text)
        if lane.id in named:
            yield at, ("duplicate_id", ("id",), f"{lane.id!r} names a service, too")
