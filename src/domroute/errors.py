"""
Every error domroute raises, and the tabular record of one fault.

::

    DomrouteError
    ├── InputError (ValueError)     the data cannot be routed; .issues lists every fault
    ├── InfeasibleError             no plan satisfies the hard rules (*)
    ├── NoPlanError (TimeoutError)  a limit was reached with no plan in hand (*)
    └── SolverError (RuntimeError)  a plan failed its own verification: please report it

(*) raised only by ``raise_for_status()``

A filter that matches no node is told by an ``UnmatchedWarning``, an order that is
needed before it was placed by a ``DeadlineWarning``, a policy under which waiting for
stock costs nothing by a ``BackorderWarning``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

_SHOWN = 20
"""Faults printed in an exception's message; ``.issues`` always holds all of them."""
LONGEST = 1_000
"""Characters of the place of a fault, and of its sentence; what is longer is cut."""


def cut(text: str) -> str:
    """
    Leave the middle of a text out where it is too long to be read.

    Examples
    --------
    >>> cut("as it is"), len(cut("x" * 5000))
    ('as it is', 999)
    """
    half = LONGEST // 2 - 2
    return text if len(text) <= LONGEST else f"{text[:half]}...{text[-half:]}"


@dataclass(frozen=True, slots=True, order=True)
class Issue:
    """
    One fault: a stable code, where it is, and what would be right.

    Examples
    --------
    >>> print(Issue("out_of_range", "stock[3].on_hand", "-1 is negative"))
    stock[3].on_hand: -1 is negative [out_of_range]
    """

    code: str
    where: str
    message: str

    def __post_init__(self) -> None:
        """Cut what is too long to be read: an input may hold megabytes in one name."""
        for name in ("where", "message"):
            text = getattr(self, name)
            if len(text) > LONGEST:
                object.__setattr__(self, name, cut(text))

    def __str__(self) -> str:
        return f"{self.where}: {self.message} [{self.code}]"


class DomrouteError(Exception):
    """Everything domroute raises on purpose."""


class InputError(DomrouteError, ValueError):
    """
    The data cannot be routed as given; ``issues`` lists every fault found.

    Parameters
    ----------
    issues
        The faults, in the order in which they were found; at least one.

    Examples
    --------
    >>> error = InputError([Issue("unknown_sku", "orders[0]", "'B' is not an item")])
    >>> print(error)
    1 fault in the input
      orders[0]: 'B' is not an item [unknown_sku]
    """

    def __init__(self, issues: Iterable[Issue]) -> None:
        self.issues: tuple[Issue, ...] = tuple(issues)
        super().__init__(self.issues)

    def __str__(self) -> str:
        count = len(self.issues)
        lines = [f"{count} fault{'s' if count != 1 else ''} in the input"]
        lines += [f"  {issue}" for issue in self.issues[:_SHOWN]]
        if count > _SHOWN:
            lines.append(f"  ... and {count - _SHOWN} more, all in .issues")
        return "\n".join(lines)

    def to_frame(self) -> pd.DataFrame:
        """Return the faults as a frame with columns ``code, where, message``."""
        import pandas as pd

        columns = ["code", "where", "message"]
        return pd.DataFrame([asdict(issue) for issue in self.issues], columns=columns)


class InfeasibleError(DomrouteError):
    """No plan satisfies the hard rules; raised only by ``raise_for_status()``."""


class NoPlanError(DomrouteError, TimeoutError):
    """No plan was in hand at a limit; raised only by ``raise_for_status()``."""


class SolverError(DomrouteError, RuntimeError):
    """A plan failed its own verification, or a model was rejected: please report it."""


class UnmatchedWarning(UserWarning):
    """
    A filter of a policy asks for what no node of the network is, has or is in.

    It may be meant, where one policy serves several networks: hence no error.
    """


class DeadlineWarning(UserWarning):
    """
    An order is needed by a date, or a moment, that is before it was placed.

    Nothing can be in time: where lateness has a price, it is late, else unfilled.
    """


class BackorderWarning(UserWarning):
    """
    A policy lets lines wait for stock still to come, and no term of it prices waiting.

    The cheapest plan may then wait as long as it likes, where stock at hand costs more.
    """
