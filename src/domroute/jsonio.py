"""Scenarios, orders and results in and out, promises out: JSON, or tables."""

from domroute.files.folder import FORMAT
from domroute.files.order import order_from_json, order_to_json
from domroute.files.promises import promises_to_json
from domroute.files.results import results_from_json, results_to_json
from domroute.files.scenario import (
    load_scenario,
    save_scenario,
    scenario_from_json,
    scenario_to_json,
)
from domroute.files.schemas import (
    order_schema,
    promise_schema,
    rebalanced_schema,
    rerouted_schema,
    results_schema,
    scenario_schema,
)

__all__ = [
    "FORMAT",
    "load_scenario",
    "order_from_json",
    "order_schema",
    "order_to_json",
    "promise_schema",
    "promises_to_json",
    "rebalanced_schema",
    "rerouted_schema",
    "results_from_json",
    "results_schema",
    "results_to_json",
    "save_scenario",
    "scenario_from_json",
    "scenario_schema",
    "scenario_to_json",
]
