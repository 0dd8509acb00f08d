"""The list of key figures: a function is one, and its docstring is its formula."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeVar

from domroute.replay.measures import Frames

Better = Literal["low", "high"] | None
Split = Literal["orders", "shipments", "nodes"]
Figures = float | Mapping[str, float]
F = TypeVar("F", bound=Callable[[Frames], Figures | None])


@dataclass(frozen=True, slots=True)
class Kpi:
    """
    A key figure of a run, or a family of them: one for each term, kind or reason.

    Attributes
    ----------
    name
        What it is called in frames; members of a family are ``name:member``.
    label
        What it is called for people.
    unit
        Of what it counts: money, hours, kilometers, a share of one, ...
    better
        Whether a low or a high figure is better; None where neither is.
    formula
        How it is worked out, in the words of the frames of an outcome.
    of
        Works it out; a family gives a figure for each member. None where the
        frames do not hold what it takes: it is left out.
    splits
        By what it can be split: orders, shipments, nodes.
    is_family
        Whether it gives a figure for each member of a family.
    """

    name: str
    label: str
    unit: str
    better: Better
    formula: str
    of: Callable[[Frames], Figures | None]
    splits: frozenset[Split] = frozenset()
    is_family: bool = False

    def figures(self, frames: Frames) -> Iterator[tuple[str, float]]:
        """Work it out; a family has a name for each member, in alphabetical order."""
        found = self.of(frames)
        if isinstance(found, Mapping):
            for member in sorted(found):
                yield f"{self.name}:{member}", found[member]
        elif found is not None:
            yield self.name, found


KPIS: Final[list[Kpi]] = []
"""Every KPI, in reading order."""


def kpi(label: str, unit: str, better: Better, *splits: Split) -> Callable[[F], F]:
    """List a function as a KPI: its name, and its docstring for a formula."""

    def enlist(of: F) -> F:
        name, words = of.__name__, " ".join((of.__doc__ or "").split())
        is_family = of.__annotations__["return"] == "Figures"
        KPIS.append(
            Kpi(name, label, unit, better, words, of, frozenset(splits), is_family)
        )
        return of

    return enlist
