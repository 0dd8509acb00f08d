"""A replay put away as text, and taken up again where it stood."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from domroute.errors import InputError, Issue
from domroute.events import Event
from domroute.ledger.inventory import Inventory
from domroute.ledger.keeping import Promised
from domroute.replay.opening import expect_rest
from domroute.replay.setting import Setting
from domroute.replay.state import State

_VERSION: Final = 3
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
        "promised": ledger.promised().model_dump(mode="json"),
        "state": _STATE.dump_python(state, mode="json"),
    }
    return json.dumps(kept)


def read_checkpoint(
    text: str, ledger: Inventory, mark: str, events: Sequence[Event]
) -> State:
    """
    Bring a ledger that has just been opened to where a replay of events stood.

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
    nodes, skus = zip(*ledger.snapshot().layout.names(), strict=True)
    ledger.apply({"node": nodes, "sku": skus, "on_hand": kept["on_hand"]})
    expect_rest(ledger, events[: state.position])
    ledger.restore(Promised.model_validate(kept["promised"]))
    return state


def _read(text: str) -> dict[str, Any]:
    try:
        kept = json.loads(text)
        is_ours = isinstance(kept, dict) and kept.get("version") == _VERSION
        _STATE.validate_python(kept["state"] if is_ours else None)
        Promised.model_validate(kept["promised"] if is_ours else None)
    except (ValueError, KeyError, ValidationError):
        is_ours, kept = False, {}
    if not (is_ours and {"of", "on_hand", "promised"} <= set(kept)):
        message = f"is no checkpoint of version {_VERSION}"
        raise InputError([Issue("not_json", "checkpoint", message)])
    return dict(kept)
