"""One order of 200 lines over 50 nodes, with quantities split, at a limit of 5 s."""

from __future__ import annotations

from benchmarks.families.wide_orders import light_case, quoted_case, tariff_case
from benchmarks.measure import clock
from benchmarks.report import Table

_LIMIT_S = 5.0


def wide_orders(*, full: bool) -> list[Table]:
    """Route wide orders at quoted costs and at the stepwise tariff."""
    table = Table(
        "One order of 200 lines, quantities split",
        "200 lines of 5 to 20 units over 50 nodes that hold at most 12 of half the "
        f"SKUs: cost, proven bound and gap at a limit of {_LIMIT_S:.0f} s. *quoted*: a "
        "cost per shipment and per unit; *tariff*: handling and the bundled tariff by "
        "zone and weight, heavy shipments as several parcels. *light*: the same tariff "
        "for items of 0.1 to 0.6 kg, 1 to 7 units a line, 30 % of the SKUs at a node.",
        ["case", "cost", "bound", "gap", "status", "shipments", "unfilled", "seconds"],
    )
    for make in (quoted_case, tariff_case, light_case):
        for seed in range(5 if full else 1):
            case = make(seed)
            result, took = clock(case.route, _LIMIT_S)
            table.rows.append(
                [
                    case.name,
                    f"{result.cost:,.2f}",
                    f"{result.bound:,.2f}",
                    f"{result.gap:.2%}",
                    str(result.status),
                    str(len(result.plan.shipments)),
                    str(sum(part.quantity for part in result.plan.unfilled)),
                    f"{took:.2f}",
                ]
            )
    return [table]
