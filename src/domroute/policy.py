"""Which costs count, which rules hold and how an order may be split."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    Field,
    PlainSerializer,
    SerializationInfo,
    SerializerFunctionWrapHandler,
    TypeAdapter,
    WithJsonSchema,
    model_serializer,
    model_validator,
)
from pydantic_core import PydanticCustomError

from domroute.costs import CostTerm, Handling, Shipping
from domroute.costs.registry import TERMS
from domroute.errors import InputError, Issue
from domroute.rules import BuiltInRule, NodePriority, Rule, SafetyStock
from domroute.split import SplitLimits
from domroute.tuning import Tuning
from domroute.units import Flag, Id, Minutes, Money, NodeId, Number, Seconds, Share
from domroute.validation import Frozen
from domroute.wording import shorten
from domroute.words import DistanceMethod, Objective

_BUILT_IN_RULE: TypeAdapter[BuiltInRule] = TypeAdapter(BuiltInRule)


def _read_term(value: object) -> CostTerm:
    if isinstance(value, CostTerm) and not isinstance(value, type):
        name: object = value.name
        if not isinstance(name, str) or not name:
            message = "the name of a cost term should be a string, got {name}"
            raise PydanticCustomError("cost_term_type", message, {"name": repr(name)})
        return value
    if isinstance(value, type):
        message = "should be a cost term, got its class: call it to make one"
        raise PydanticCustomError("cost_term_type", message)
    if not isinstance(value, dict):
        message = "should be a cost term, or an object with a field 'term'"
        raise PydanticCustomError("cost_term_type", message)
    word = value.get("term")
    if not isinstance(word, str) or word not in TERMS:
        raise PydanticCustomError(
            "union_tag_invalid",
            "unknown cost term {word}, known are {known}",
            {"word": shorten(word), "known": ", ".join(sorted(TERMS))},
        )
    term: CostTerm = TERMS[word].model_validate(value)
    return term


def _read_rule(value: object) -> Rule | NodePriority | SafetyStock:
    if isinstance(value, (NodePriority, SafetyStock, Rule)) and not isinstance(
        value, type
    ):
        return value
    if isinstance(value, type):
        message = "should be a rule, got its class: call it to make one"
        raise PydanticCustomError("rule_type", message)
    return _BUILT_IN_RULE.validate_python(value)


def _write(value: object) -> object:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    message = f"{type(value).__name__} is not a pydantic model and cannot be saved"
    raise TypeError(message)


Term = Annotated[
    Any,
    BeforeValidator(_read_term),
    PlainSerializer(_write),
    WithJsonSchema({"type": "object", "required": ["term"]}),
]
AnyRule = Annotated[
    Any,
    BeforeValidator(_read_rule),
    PlainSerializer(_write),
    WithJsonSchema({"type": "object", "required": ["rule"]}),
]


class SolveOptions(Frozen):
    """How hard to look, and by which method."""

    time_limit_s: Seconds = 10.0
    """The best plan found is returned when this has passed."""
    gap: Share = 1e-6
    """Relative gap within which a plan counts as optimal."""
    method: Literal[
        "auto",
        "subset",
        "mip",
        "greedy",
        "nearest_first",
        "most_coverage_first",
        "dc_store_split",
    ] = "auto"
    """
    The kernel picks one when ``auto``; ``subset`` and ``mip`` are exact; the last three
    are rule chains, which do not look at costs.
    """
    tuning: Tuning = Tuning()
    """
    The tuned numbers of the methods, for those who study them; only what differs from
    the defaults is written to JSON, and counts for ``Policy.version``.
    """

    @model_serializer(mode="wrap")
    def _write_tuned(
        self, write: SerializerFunctionWrapHandler, info: SerializationInfo
    ) -> dict[str, Any]:
        """Write what is tuned, and not a hundred numbers that are as usual."""
        written: dict[str, Any] = write(self)
        if "tuning" in written:
            written["tuning"] = self.tuning.model_dump(
                mode=info.mode, exclude_defaults=True
            )
            if not written["tuning"]:
                del written["tuning"]
        return written


class PromiseOptions(Frozen):
    """How far ahead dates are looked for, and how long they may be relied on."""

    lifetime_minutes: Minutes = 15.0
    """Minutes after its order that a plan's dates may be relied on, at most."""
    horizon_days: Annotated[int, Field(ge=1, le=366)] = 90
    """Days of 24 hours after its order within which a shipment must be delivered."""
    confidence: Annotated[Number, Field(gt=0, le=1)] = 0.9
    """
    The share of shipments that shall keep their dates, where services say how long they
    take by quantiles. One that says nothing of so many makes no promise.
    """
    overdue_days: Annotated[int, Field(ge=1, le=366)] | None = None
    """
    In how many days stock is counted on that should have come already; None counts on
    it no more.
    """


class RerouteOptions(Frozen):
    """
    How an order is routed again once a plan has met the world.

    Examples
    --------
    >>> RerouteOptions(exclusion_hours=48, exclude_nodes=["S7"]).max_attempts
    5
    """

    exclusion_hours: Annotated[float, Field(ge=0, le=8784)] = 24.0
    """Hours for which a node is not asked again for a line that it refused."""
    max_attempts: Annotated[int, Field(ge=1, le=1000)] = 5
    """How often a line may be refused; it then stays unfilled."""
    include_nodes: tuple[NodeId, ...] = ()
    """The only nodes that may be asked again; empty means all."""
    exclude_nodes: tuple[NodeId, ...] = ()
    """Nodes that are not asked again."""


class Policy(Frozen):
    """
    Costs, rules and split limits: what makes one plan better than another.

    Examples
    --------
    >>> policy = Policy(splits=SplitLimits(max_shipments=3), unfilled_penalty=50.0)
    >>> [term.name for term in policy.costs]
    ['handling', 'shipping']
    >>> policy.version == Policy().version
    False
    """

    costs: tuple[Term, ...] = (Handling(), Shipping())
    """The terms of cost; empty prices nothing but quotes and penalties."""
    rules: tuple[AnyRule, ...] = ()
    splits: SplitLimits = SplitLimits()
    apart: tuple[tuple[Id, Id], ...] = ()
    """
    Pairs of tags of items that never share a parcel: a shipment that holds both goes as
    several, at one handling, each by the rate card.
    """
    unfilled_penalty: Money | None = 1000.0
    """
    Cost of leaving a unit unfilled, before the order's weight; None means every unit
    must be filled.
    """
    allow_backorder: Flag = False
    """
    Whether lines that do not say so themselves may wait for stock still to come;
    otherwise what is inbound is no supply.
    """
    objective: Objective = Objective.COST
    distance: DistanceMethod = DistanceMethod.GREAT_CIRCLE
    solve: SolveOptions = SolveOptions()
    promise: PromiseOptions = PromiseOptions()
    reroute: RerouteOptions = RerouteOptions()

    @model_serializer(mode="wrap")
    def _write_options(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave usual options out: a policy from before there were any is the same."""
        written: dict[str, Any] = write(self)
        if self.promise == PromiseOptions():
            written.pop("promise", None)
        if self.reroute == RerouteOptions():
            written.pop("reroute", None)
        if not self.allow_backorder:
            written.pop("allow_backorder", None)
        if not self.apart:
            written.pop("apart", None)
        return written

    @model_validator(mode="after")
    def _check_names(self) -> Self:
        names = Counter([term.name for term in self.costs])
        names.update(f"rule:{rule.name}" for rule in self.rules)
        twice = [name for name, count in names.items() if count > 1]
        if twice:
            message = (
                f"{', '.join(map(repr, twice))} given more than once; "
                "a term or rule can be told apart by its name"
            )
            raise ValueError(message)
        reserved = {"unfilled", "quoted", "split", "incomplete"} & set(names)
        if reserved:
            message = f"{sorted(reserved)} are names the library reports under"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _check_apart(self) -> Self:
        issues, seen = [], set[frozenset[str]]()
        for at, pair in enumerate(self.apart):
            where = f"apart[{at}]"
            if pair[0] == pair[1]:
                text = (
                    f"parts {pair[0]!r} from itself: items of which no two units share "
                    "a parcel are given ships_alone"
                )
                issues.append(Issue("apart_itself", where, text))
            elif frozenset(pair) in seen:
                text = f"{pair[0]!r} and {pair[1]!r} are a pair already: give it once"
                issues.append(Issue("repeated_pair", where, text))
            seen.add(frozenset(pair))
        if issues:
            raise InputError(issues)
        return self

    @cached_property
    def version(self) -> str:
        """
        A stable hash of everything in the policy; every result carries it.

        Terms and rules of your own that are not pydantic models count by their
        ``repr``: make them dataclasses, or give them one that says what they charge.
        """
        parts = {
            "costs": [_describe(term) for term in self.costs],
            "rules": [_describe(rule) for rule in self.rules],
            "rest": self.model_dump(mode="json", exclude={"costs", "rules"}),
        }
        text = json.dumps(parts, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:12]


def _describe(part: object) -> object:
    return part.model_dump(mode="json") if isinstance(part, BaseModel) else repr(part)
