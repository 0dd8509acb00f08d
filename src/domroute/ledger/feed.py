"""A feed of counts at the door: its columns checked, every fault listed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import compress
from typing import Final, Protocol, cast

from domroute.errors import InputError, Issue
from domroute.ledger.columns import check_lengths, read_ids, read_numbers, refuse
from domroute.ledger.pages import ON_HAND, RESERVED, SAFETY, VELOCITY
from domroute.units import MAX_UNITS, BoolArray, FloatArray
from domroute.validation import wrong_type

_FIGURES: Final = {
    "on_hand": ON_HAND,
    "reserved": RESERVED,
    "safety": SAFETY,
    "velocity": VELOCITY,
}


class Frame(Protocol):
    """A table of columns, such as a frame of pandas."""

    @property
    def columns(self) -> Iterable[object]:
        """The names of its columns."""

    def __getitem__(self, name: str, /) -> object:
        """Return a column."""


def _names_of(frame: object) -> Iterable[object]:
    names: object = getattr(frame, "columns", None)
    if isinstance(names, Iterable):
        return names
    raise InputError([wrong_type("columns", frame, "a frame or a mapping of columns")])


@dataclass(frozen=True, slots=True, eq=False)
class Feed:
    """
    Checked columns; each of length ``Q``.

    Attributes
    ----------
    nodes, skus
        Ids.
    figures
        What is counted, by place in a page's figures.
    adds
        Whether that is added to what is on hand, or set.
    """

    nodes: list[str]
    skus: list[str]
    figures: dict[int, FloatArray]
    adds: bool

    @classmethod
    def read(cls, columns: Mapping[str, object] | Frame, mode: str) -> Feed:
        """
        Check columns.

        Raises
        ------
        InputError
            With every fault of every column.
        """
        if mode not in ("set", "add"):
            text = f"{mode!r} should be 'set' or 'add'"
            raise InputError([Issue("unknown_value", "mode", text)])
        names = columns if isinstance(columns, Mapping) else _names_of(columns)
        given = {str(name): columns[cast("str", name)] for name in names}
        adds, issues = mode == "add", []
        allowed = ["node", "sku", *(("on_hand",) if adds else _FIGURES)]
        for name in given.keys() - set(allowed):
            text = f"should be one of {', '.join(allowed)} where the mode is {mode!r}"
            issues.append(Issue("unknown_field", name, text))
        issues.sort()
        needed = ["node", "sku", *(["on_hand"] if adds else [])]
        missing = [name for name in needed if name not in given]
        if not adds and not given.keys() & _FIGURES.keys():
            missing.append("on_hand")
        issues += [Issue("missing", name, "is required") for name in missing]
        nodes = read_ids("node", given.get("node", ()), issues)
        skus = read_ids("sku", given.get("sku", ()), issues)
        figures = {
            at: read_numbers(
                name,
                given[name],
                issues,
                least=-MAX_UNITS if adds else 0.0,
                may_be_unknown=at == VELOCITY,
            )
            for name, at in _FIGURES.items()
            if name in given and name in allowed
        }
        if not missing:
            by_name = {
                name: figures[at] for name, at in _FIGURES.items() if at in figures
            }
            issues += check_lengths({"node": nodes, "sku": skus, **by_name})
        refuse(issues)
        return cls(nodes, skus, figures, adds)

    def pick(self, kept: BoolArray) -> Feed:
        """Keep some rows."""
        return Feed(
            list(compress(self.nodes, kept)),
            list(compress(self.skus, kept)),
            {which: column[kept] for which, column in self.figures.items()},
            self.adds,
        )
