"""The verb ``verify``: every fault of results or of a batch, beside a scenario."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from dataclasses import replace

from domroute.answers.asked import placed as placed_at
from domroute.cli import console
from domroute.cli.ending import NOTHING, OK
from domroute.cli.options import add_now, add_scenario
from domroute.cli.reading import results_of, scenario_of
from domroute.errors import InputError, Issue
from domroute.files.written import Written
from domroute.result import RoutingResult
from domroute.scenario import Scenario
from domroute.verify import Judge, verify_batch
from domroute.verify.batch import BATCH, check_id, placed
from domroute.verify.said import check_costs, check_gap_said, check_said
from domroute.verify.wave import taken_by

HELP = "check results against a scenario"


def add_options(command: argparse.ArgumentParser) -> None:
    """Take what is verified, and how."""
    add_scenario(command)
    command.add_argument(
        "results", metavar="RESULTS", help="results as JSON, - for standard input"
    )
    command.add_argument(
        "--reserve", action="store_true", help="reserve each plan before the next"
    )
    command.add_argument(
        "--complete", action="store_true", help="an order without a result is a fault"
    )
    add_now(command)


def run(arguments: argparse.Namespace) -> int:
    """Judge them, and say every fault."""
    issues, summary = _judge_all(arguments)
    for issue in issues:
        console.write_out(f"{console.one_line(issue)}\n")
    console.write_out(f"{summary}\n")
    return NOTHING if issues else OK


def _judge_all(arguments: argparse.Namespace) -> tuple[list[Issue], str]:
    """
    Judge a file of results; return its faults, and a line that counts them.

    Parameters
    ----------
    arguments
        What to judge.

    Raises
    ------
    InputError
        If scenario or results cannot be read. All faults are listed.
    """
    scenario, written = _read(arguments)
    if arguments.now is not None:
        orders = tuple(placed_at(order, arguments.now) for order in scenario.orders)
        scenario = replace(scenario, orders=orders)
    told = {result.order_id for result in written.results}
    missing = [order.id for order in scenario.orders if order.id not in told]
    issues = judge_written(scenario, written, is_reserving=arguments.reserve)
    if arguments.complete:
        issues += [
            Issue("missing_result", f"order {name!r}", "has no result")
            for name in missing
        ]
    count, without = len(issues), len(missing)
    return issues, (
        f"{count} fault{'s' * (count != 1)} in {len(written.results)} results; "
        f"{without} order{'s' * (without != 1)} without one"
    )


def judge_written(
    scenario: Scenario, written: Written, *, is_reserving: bool = False
) -> list[Issue]:
    """
    List what is wrong with results or a batch, and with the sums stated of them.

    Parameters
    ----------
    scenario
        What they are results of.
    written
        What a file holds.
    is_reserving
        Whether each plan is reserved before the next is judged; not those of a batch.
    """
    if written.batch is None:
        results = written.results
        issues = _judge_results(scenario, results, is_reserving=is_reserving)
    else:
        issues = _judge_batch(scenario, written)
    return list(dict.fromkeys(issues + _judge_sums(written)))


def _read(arguments: argparse.Namespace) -> tuple[Scenario, Written]:
    if arguments.scenario == arguments.results == "-":
        text = "standard input can be the scenario or the results, not both"
        raise InputError([Issue("contradictory", "RESULTS", text)])
    issues: list[Issue] = []
    scenario: Scenario | None = None
    written: Written | None = None
    try:
        scenario = scenario_of(arguments.scenario)
    except InputError as error:
        issues += error.issues
    try:
        written = results_of(arguments.results)
    except InputError as error:
        issues += error.issues
    if scenario is None or written is None:
        raise InputError(issues)
    return scenario, written


def _judge_results(
    scenario: Scenario, results: Iterable[RoutingResult], *, is_reserving: bool
) -> list[Issue]:
    """Judge results one by one; with the plans before them reserved, if wanted."""
    results = tuple(results)
    orders = {order.id: order for order in scenario.orders}
    judge, ledger = Judge(scenario.network, scenario.policy), scenario.inventory
    taken = None if is_reserving else taken_by(result.plan for result in results)
    seen: set[str] = set()
    issues: list[Issue] = []
    for at, result in enumerate(results):
        where, order = f"results[{at}]", orders.get(result.order_id)
        issues += check_id(result.order_id, seen, orders, where)
        if order is None:
            continue
        found = judge.check_result(
            result,
            order,
            ledger,
            quotes=scenario.quotes,
            taken=taken,
            seeks_reasons=True,
        )
        issues += placed(found, where)
        if is_reserving and result.plan.shipments:
            try:
                ledger.reserve(result.plan)
            except InputError as error:
                issues += placed(error.issues, where)
    if not results:
        issues.append(Issue("empty", "results", "there is none"))
    return issues


def _judge_batch(scenario: Scenario, written: Written) -> list[Issue]:
    """Judge a batch, which may be of some of the orders."""
    batch = written.batch
    if batch is None:
        return []
    told = {result.order_id for result in batch.results}
    return list(
        verify_batch(
            batch,
            [order for order in scenario.orders if order.id in told],
            scenario.network,
            scenario.inventory,
            scenario.policy,
            quotes=scenario.quotes,
        )
    )


def _judge_sums(written: Written) -> list[Issue]:
    """Add up what the file states sums of."""
    issues: list[Issue] = []
    for at, (result, said) in enumerate(
        zip(written.results, written.said, strict=True)
    ):
        where = f"order {result.order_id!r}"
        found = check_said(said, result.plan, result.cost, result.bound, where)
        issues += placed(found, f"results[{at}]")
    batch, said_of_all = written.batch, written.batch_said
    if batch is not None and said_of_all is not None:
        issues += check_gap_said(said_of_all, batch.cost, batch.bound, BATCH)
        if said_of_all.costs is not None:
            issues += check_costs(
                said_of_all.costs, [result.plan for result in batch.results], BATCH
            )
    return issues
