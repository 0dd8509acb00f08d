"""A replay put away as text, and taken up again where it stood."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
from pydantic import TypeAdapter, ValidationError

from domroute.errors import InputError, Issue
from domroute.ledger.inventory import Inventory
from domroute.ledger.needs import needs_of
from domroute.plan import Plan
from domroute.replay.events import Event
from domroute.replay.setting import Setting
from domroute.replay.state import Moving, State

_VERSION: Final = 1
_EVENTS: TypeAdapter[tuple[Event, ...]] = TypeAdapter(tuple[Event, ...])
_STATE: TypeAdapter[State] = TypeAdapter(State)


def fingerprint(setting: Setting, events: Sequence[Event]) -> str:
    """Say in a few letters what a replay is run with, to know it again."""
    world = setting.world.model_dump_json()
    tactic = setting.tactic.model_dump_json(exclude={"policy"})
    parts = (
        setting.scenario.network.model_dump_json(),
        setting.tactic.policy.version + tactic + world + str(setting.seed),
        _EVENTS.dump_json(tuple(events)).decode(),
    )
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode())
    return digest.hexdigest()[:16]


def write_checkpoint(state: State, ledger: Inventory, mark: str) -> str:
    """Write down where a replay stands, as JSON."""
    kept = {
        "version": _VERSION,
        "of": mark,
        "on_hand": ledger.rows.on_hand.tolist(),
        "loads": [[*key, amount] for key, amount in sorted(ledger.loads.items())],
        "state": _STATE.dump_python(state, mode="json"),
    }
    return json.dumps(kept)


def read_checkpoint(text: str, ledger: Inventory, mark: str) -> State:
    """
    Bring a ledger that has just been opened to where a replay stood.

    Raises
    ------
    InputError
        If the text is no checkpoint, or one of another replay.
    """
    kept = _read(text)
    if kept["of"] != mark:
        message = "is of other events, or another network, tactic, world or seed"
        raise InputError([Issue("contradictory", "checkpoint", message)])
    state = _STATE.validate_python(kept["state"])
    change = np.rint(np.array(kept["on_hand"]) - ledger.rows.on_hand).astype(int)
    for row in np.flatnonzero(change).tolist():
        node, sku = ledger.rows.node[row], ledger.rows.sku[row]
        ledger.adjust(ledger.node_ids[node], ledger.skus[sku], int(change[row]))
    picking = [state.moving[index] for index in state.picking]
    before = [one for one in picking if one.period < state.period]
    today = [one for one in picking if one.period == state.period]
    ledger.reserve(_promised(before))
    loads = {(node, measure): amount for node, measure, amount in kept["loads"]}
    for need in needs_of(_promised(today), ledger.row)[0].values():
        for key, amount in need.loads.items():
            loads[key] = loads.get(key, 0.0) - amount
    ledger.start_period(loads)
    ledger.reserve(_promised(today))
    return state


def _read(text: str) -> dict[str, Any]:
    try:
        kept = json.loads(text)
        is_ours = isinstance(kept, dict) and kept.get("version") == _VERSION
        _STATE.validate_python(kept["state"] if is_ours else None)
    except (ValueError, KeyError, ValidationError):
        is_ours, kept = False, {}
    if not (is_ours and {"of", "on_hand", "loads"} <= set(kept)):
        message = f"is no checkpoint of version {_VERSION}"
        raise InputError([Issue("not_json", "checkpoint", message)])
    return dict(kept)


def _promised(moving: Sequence[Moving]) -> Plan:
    return Plan(tuple(replace(one.shipment, order_id=one.id) for one in moving))
