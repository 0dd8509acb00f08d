"""How many orders a lever could touch, and how many came out otherwise with it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

import numpy as np
from numpy.typing import NDArray

from domroute.replay.measures import Frames, Measured
from domroute.units import BoolArray

if TYPE_CHECKING:
    import pandas as pd

REACH_COLUMNS: Final = ("lever", "title", "orders", "could", "did", "others")
"""The columns of ``Benefits.reach``."""


@dataclass(frozen=True, slots=True, eq=False)
class Traces:
    """
    What became of each order of a run, as a number that is equal where that is.

    Attributes
    ----------
    ids
        The orders, as they were placed; ``(O,)``.
    prints
        From where, by which service and method, how many units of each line were sent,
        and what was brought or sent back to where; times do not count; ``(O,)``.
    """

    ids: tuple[str, ...]
    prints: NDArray[np.uint64]

    @classmethod
    def of(cls, outcome: Measured) -> Traces:
        """
        Read what became of the orders of a run.

        Parameters
        ----------
        outcome
            What came of a replay.
        """
        frames = Frames.of(outcome)
        standing = frames.standing[["shipment", "node", "service", "method"]]
        sent = frames.sent.merge(standing, on="shipment")
        sums = ["order", "line", "node", "service", "method"]
        facts: dict[str, list[tuple[object, ...]]] = {}
        for frame, keys in (
            (sent, sums),
            (frames.returns, ["order", "line", "node", "way"]),
        ):
            groups = frame.groupby(keys, dropna=False)["quantity"].sum()
            for key, units in groups.items():
                name, *rest = cast("tuple[object, ...]", key)
                facts.setdefault(str(name), []).append((*map(str, rest), int(units)))
        ids = tuple(frames.orders["order"].tolist())
        prints = [_print_of(facts.get(name, ())) for name in ids]
        return cls(ids, np.array(prints, np.uint64))

    def changed(self, base: Traces) -> BoolArray:
        """Tell which orders came out otherwise than in another run of the same."""
        if self.ids == base.ids:
            found: BoolArray = self.prints != base.prints
            return found
        mine = dict(zip(self.ids, self.prints.tolist(), strict=True))
        pairs = zip(base.ids, base.prints.tolist(), strict=True)
        return np.array([mine.get(name) != was for name, was in pairs], bool)


def _print_of(facts: Iterable[tuple[object, ...]]) -> int:
    text = repr(sorted(facts, key=repr)).encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest())


def reach_of(
    titles: Mapping[str, str],
    could: Mapping[str, Sequence[Collection[str] | None]],
    runs: Mapping[str, Sequence[Traces]],
    base: Sequence[Traces],
) -> pd.DataFrame:
    """
    Count the orders of a run that each lever reaches: the mean over the runs.

    Parameters
    ----------
    titles
        Of the levers, by name.
    could
        By lever and run, the ids of the orders that it could touch; None is all.
    runs
        By lever, what became of the orders of each run.
    base
        The same without any lever.

    Returns
    -------
    pd.DataFrame
        ``REACH_COLUMNS``: of ``orders`` in a run, those that it ``could`` touch; those
        of them that came out otherwise than without it, ``did``; and the ``others``
        that did as well, as when they found other stock.
    """
    import pandas as pd

    rows = []
    for name, title in titles.items():
        counts = []
        for ids, mine, theirs in zip(could[name], runs[name], base, strict=True):
            speaks_of = (
                np.ones(len(theirs.ids), bool)
                if ids is None
                else np.array([each in ids for each in theirs.ids], bool)
            )
            changed = mine.changed(theirs)
            counts.append(
                (
                    len(theirs.ids),
                    int(speaks_of.sum()),
                    int((changed & speaks_of).sum()),
                    int((changed & ~speaks_of).sum()),
                )
            )
        rows.append((name, title, *np.mean(counts, axis=0).tolist()))
    return pd.DataFrame(rows, columns=list(REACH_COLUMNS))
