"""Names that must exist: in a row of one table, those of rows in another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Final, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from domroute.digital import digital_faults
from domroute.errors import InputError, Issue
from domroute.geography import Location
from domroute.kits import substitute_faults
from domroute.orders import Line, Order
from domroute.raw import member
from domroute.units import Names
from domroute.validation import Fault, wrong_type
from domroute.wording import shorten

_FIRST: Final = 1
_LAST: Final = 9990
"""Years between which orders with dates are placed: time itself ends with 9999."""


@dataclass(frozen=True, slots=True)
class Known:
    """
    The names a scenario knows.

    Nothing is said of names in a table that could not be read: one fault there should
    not become a thousand elsewhere.

    Attributes
    ----------
    ids
        By table; one that could not be read is left out.
    orders
        The ids of the lines of each order; None where they could not be read.
    whole
        What the orders are of, in a sentence.
    dated
        Whether the network gives shipments dates, which count from ``placed_at``.
    needs_zone
        Whether it states local times, and no time zone for places that name none.
    kits
        The SKUs of the components of each kit.
    may_wait
        Whether lines that do not say so themselves may wait for stock still to come.
    digital
        The SKUs that come from no node.
    """

    ids: Mapping[str, AbstractSet[str]] = field(default_factory=dict)
    orders: Mapping[str, AbstractSet[str]] | None = None
    whole: str = "scenario"
    dated: bool = False
    needs_zone: bool = False
    kits: Mapping[str, AbstractSet[str]] = field(default_factory=dict)
    may_wait: bool = False
    digital: AbstractSet[str] = frozenset()

    def of(self, names: Names, row: object = None) -> AbstractSet[str] | None:
        """Return what a field of a row may name."""
        if names.within:
            owner = member(row, names.within)
            orders = {} if self.orders is None else self.orders
            return orders.get(owner) if isinstance(owner, str) else None
        if names.table == "orders":
            return None if self.orders is None else self.orders.keys()
        return self.ids.get(names.table)

    @property
    def nodes(self) -> AbstractSet[str] | None:
        """The ids of nodes."""
        return self.ids.get("nodes")

    @property
    def skus(self) -> AbstractSet[str] | None:
        """The SKUs of items."""
        return self.ids.get("items")

    @property
    def services(self) -> AbstractSet[str] | None:
        """The ids of services."""
        return self.ids.get("services")


class Reference(NamedTuple):
    """
    A field that names rows of a table, or that holds objects with such fields.

    Attributes
    ----------
    names
        What it names; None where it holds objects.
    inside
        The references in the objects.
    is_many
        Whether it holds several: in a list, or as the keys of an object.
    """

    field: str
    names: Names | None
    inside: tuple[Reference, ...]
    is_many: bool


@cache
def references_of(model: type[BaseModel]) -> tuple[Reference, ...]:
    """
    List the fields of a model that name rows of tables, as their types say.

    What it names itself comes first, then what the objects in it do, then those in its
    lists; a row within another comes right after that one.

    Examples
    --------
    >>> [(ref.field, ref.names.table) for ref in references_of(Order)[-1].inside[:2]]
    [('sku', 'items'), ('pinned_node', 'nodes')]
    """
    found = [_reference(*pair) for pair in model.model_fields.items()]
    places = {ref.field: at for at, ref in enumerate(found)}

    def turn(ref: Reference) -> tuple[int, int, bool]:
        owner = "" if ref.names is None else ref.names.within
        kind = 1 + ref.is_many if ref.names is None else 0
        return kind, places.get(owner, places[ref.field]), owner in places

    told = [ref for ref in found if ref.names is not None or ref.inside]
    return tuple(sorted(told, key=turn))


def _reference(name: str, field: FieldInfo) -> Reference:
    kind: Any = field.annotation
    is_many, marks = False, list(field.metadata)
    while (origin := get_origin(kind)) is not None:
        parts = [part for part in get_args(kind) if part not in (NoneType, ...)]
        if origin in (Union, UnionType) and len(parts) > 1:
            break
        if origin is Annotated:
            marks += parts[1:]
        is_many = is_many or origin in (tuple, dict)
        kind = parts[0]
    is_model = isinstance(kind, type) and issubclass(kind, BaseModel)
    names = next((mark for mark in marks if isinstance(mark, Names)), None)
    return Reference(name, names, references_of(kind) if is_model else (), is_many)


def reference_faults(
    model: type[BaseModel],
    row: object,
    known: Known,
    path: tuple[str | int, ...] = (),
) -> list[Fault]:
    """
    List what a row names that is not known.

    Parameters
    ----------
    model
        Of the row.
    row
        Such an object, or the raw one that could not be read.
    known
        What is known.
    path
        Where the row stands, in front of each fault's place.

    Examples
    --------
    >>> raw = {"lines": [{"sku": "B", "pinned_node": "N1"}]}
    >>> known = Known({"nodes": {"N1"}, "items": {"A"}})
    >>> reference_faults(Order, raw, known)
    [('unknown_id', ('lines', 0, 'sku'), "'B' is not an item of the network")]
    """
    search = _Search(known)
    search.look_up(references_of(model), row, path)
    return search.found


@dataclass(slots=True)
class _Search:
    """Looks through a row for names that are not known."""

    known: Known
    found: list[Fault] = field(default_factory=list)

    def look_up(
        self,
        references: Iterable[Reference],
        row: object,
        path: tuple[str | int, ...],
    ) -> None:
        """Look at all that a row, or an object in it, names."""
        for ref in references:
            value = member(row, ref.field)
            if value is None:
                continue
            if ref.is_many:
                for at, part in _parts(value):
                    self.look_at(ref, part, row, (*path, ref.field, at))
            else:
                self.look_at(ref, value, row, (*path, ref.field))

    def look_at(
        self, ref: Reference, value: object, row: object, path: tuple[str | int, ...]
    ) -> None:
        """Look at one name, or at one object that may hold some."""
        names = ref.names
        if names is None:
            self.look_up(ref.inside, value, path)
        elif is_unknown(value, self.known.of(names, row)):
            of = self.known.whole if names.table == "orders" else "network"
            if names.within:
                of = f"order {shorten(member(row, names.within))}"
            fault = unknown(path, value, names.what, of=of, code=names.code)
            self.found.append(fault)


def is_unknown(name: object, known: AbstractSet[str] | None) -> bool:
    """
    Tell whether a name is missing; what is no name at all is another fault.

    Examples
    --------
    >>> is_unknown("N9", {"N1"}), is_unknown(9, {"N1"}), is_unknown("N9", None)
    (True, False, False)
    """
    return known is not None and isinstance(name, str) and name not in known


def unknown(
    path: tuple[str | int, ...],
    name: object,
    what: str,
    *,
    of: str = "network",
    code: str = "unknown_id",
) -> Fault:
    """
    Say that a name is not known.

    Examples
    --------
    >>> unknown(("sku",), "B", "an item")
    ('unknown_id', ('sku',), "'B' is not an item of the network")
    """
    owner = of if of.startswith("order ") else f"the {of}"
    return code, path, f"{shorten(name)} is not {what} of {owner}"


def _parts(value: object) -> Iterator[tuple[str | int, object]]:
    """Yield each entry of a list, or each key of an object, and where it is."""
    if isinstance(value, dict):
        yield from ((str(key), key) for key in value)
    elif isinstance(value, (list, tuple)):
        yield from enumerate(value)


def check_order(known: Known, order: Order) -> None:
    """
    Refuse an order that names what the network does not have.

    Raises
    ------
    InputError
        If it names unknown items, nodes or services. All such faults are listed.
    """
    if issues := order_issues(known, order):
        raise InputError(issues)


def order_issues(known: Known, order: Order) -> list[Issue]:
    """
    List what is wrong with an order: names that the network does not have, above all.

    A copy made by ``model_copy`` has not been validated: what is no order, or has no
    lines, or lines of no units, is told as well.
    """
    thing: object = order
    if not isinstance(thing, Order):
        return [wrong_type("order", thing, "an Order")]
    if not order.lines:
        return [Issue("out_of_range", f"order {order.id!r}", "has no lines")]
    if _is_clean(known, order):
        return []
    found = [
        Issue(
            "out_of_range",
            _where(order, ("lines", at)),
            f"quantity {line.quantity} should be 1 or above",
        )
        for at, line in enumerate(order.lines)
        if line.quantity < 1
    ]
    found += [
        Issue(code, _where(order, path), f"sku {text}" if "sku" in path else text)
        for code, path, text in reference_faults(Order, order, known)
    ]
    found += [
        Issue(code, _where(order, path), text)
        for code, path, text in substitute_faults(order, known.kits)
    ]
    found += [
        Issue(code, _where(order, path), text)
        for code, path, text in digital_faults(order, known.digital)
    ]
    where = f"order {order.id!r}"
    return [*found, *(Issue(code, where, text) for code, text in _lacks(known, order))]


def _lacks(known: Known, order: Order) -> Iterator[tuple[str, str]]:
    """Say what an order lacks, without which it has no dates."""
    if known.dated or order.is_dated or order.may_wait(known.may_wait):
        if order.placed_at is None:
            yield "no_placed_at", "placed_at is required: dates are counted from it"
        elif not _is_within(order):
            text = f"placed_at should be after the year {_FIRST} and before {_LAST}"
            yield "impossible_date", text
    if known.needs_zone and any(
        not (delivery.method.is_collected or delivery.node is not None)
        and (place := order.destination_of(delivery)) is not None
        and place.time_zone is None
        for delivery in order.deliveries
    ):
        text = "its destination needs a time_zone: the network states times, but none"
        yield "no_time_zone", text


def _is_within(order: Order) -> bool:
    """Tell whether it is known when an order was placed, and dates may follow it."""
    placed = order.placed_at
    return placed is not None and _FIRST < placed.year < _LAST


def _is_clean(known: Known, order: Order) -> bool:
    """Tell quickly, as every route asks, that there is nothing to be told."""
    skus, asked = known.skus, order.delivery
    if asked.node is not None or asked.services:
        return False
    if (known.dated or asked.is_dated) and not _is_within(order):
        return False
    if not (_is_plain(known, order.destination) and _is_plain(known, asked.to)):
        return False
    for line in order.lines:
        waits = line.allow_backorder
        if (
            is_unknown(line.sku, skus)
            or line.quantity < 1
            or not _is_bare(line)
            or ((known.may_wait if waits is None else waits) and not _is_within(order))
        ):
            return False
        pinned = line.pinned_node
        if pinned is not None and is_unknown(pinned, known.nodes):
            return False
    return not (known.digital and digital_faults(order, known.digital))


def _is_bare(line: Line) -> bool:
    """Tell that a line has no delivery of its own, and no substitutes."""
    return line.delivery is None and not line.substitutes


def _is_plain(known: Known, place: Location | None) -> bool:
    """Tell that a place names what is there, and lacks nothing."""
    if place is None:
        return True
    if known.needs_zone and place.time_zone is None:
        return False
    calendar = place.calendar
    return calendar is None or not is_unknown(calendar, known.ids.get("calendars"))


def _where(order: Order, path: tuple[str | int, ...]) -> str:
    """Name the order, and the line that a fault is in."""
    if path[0] == "lines" and isinstance(path[1], int):
        return f"order {order.id!r} line {order.lines[path[1]].id!r}"
    return f"order {order.id!r}"
