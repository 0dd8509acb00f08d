"""
Arrays lent to compiled code, which then does not count who uses them.

To count is an atomic step, and each view of an array and each array of a tuple that is
looked up asks for two. In the improvement, whose loops are short, they took a third of
the time.
"""

from __future__ import annotations

from typing import Any

from numba import types
from numba.core import cgutils
from numba.extending import intrinsic
from numba.np.arrayobj import make_array


def _without_owner(context: Any, builder: Any, kind: Any, value: Any) -> Any:  # noqa: ANN401
    if isinstance(kind, types.Array):
        view: Any = make_array(kind)(context, builder, value=value)
        view.meminfo = cgutils.get_null_value(view.meminfo.type)
        view.parent = cgutils.get_null_value(view.parent.type)
        return view._getvalue()  # noqa: SLF001 - so Numba names it
    for at, one in enumerate(getattr(kind, "types", ())):
        part = builder.extract_value(value, at)
        part = _without_owner(context, builder, one, part)
        value = builder.insert_value(value, part, at)
    return value


def _lend(context: Any, things: Any) -> Any:  # noqa: ANN401, ARG001 - as Numba asks
    """
    Return an array, or a tuple with arrays, without the owners.

    Whoever calls must hold on to the things themselves for as long.
    """

    def build(context: Any, builder: Any, signature: Any, args: Any) -> Any:  # noqa: ANN401
        return _without_owner(context, builder, signature.args[0], args[0])

    return things(things), build


lent: Any = intrinsic(_lend)
