"""What stock is worth ahead of demand, asked of a network made ready."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from domroute.answers.compiled import Compiled, Terms
from domroute.costs.nature import nature_of
from domroute.costs.stock_value import StockValue
from domroute.offers.priced import Offers
from domroute.online.saving import with_one_more
from domroute.online.valuing import Outlook, check_outlook, value_stock
from domroute.orders import Order
from domroute.scenario.references import skus_of


def value_all(compiled: Compiled, outlook: Outlook) -> StockValue:
    """
    Value the stock of a network for a forecast; see :meth:`.Router.value_stock`.

    Parameters
    ----------
    compiled
        The network, stock and policy.
    outlook
        The forecast and the options.

    Raises
    ------
    InputError
        If the outlook makes no sense. All faults are listed.
    """
    check_outlook(compiled.arrays, outlook)
    # What a unit on hand is worth: nobody is taken to wait for one still to come.
    compiled = replace(compiled, dating=compiled.dating.without_waiting())
    terms = tuple(t for t in compiled.terms if not nature_of(t[0]).looks_ahead)
    richer = compiled
    if outlook.savings:
        nodes = [node.id for node in compiled.network.nodes]
        orders = [row.order for row in outlook.forecast.rows]
        skus = sorted(skus_of(orders, compiled.arrays.known.kits))
        richer = compiled.at(with_one_more(compiled.inventory, nodes, skus))
    return value_stock(
        outlook,
        partial(_priced, compiled, terms),
        compiled.policy,
        compiled.arrays,
        compiled.inventory,
        price_more=partial(_priced, richer, terms),
    )


def _priced(compiled: Compiled, terms: Terms, order: Order) -> Offers:
    return compiled.offers(order, None, terms=terms)
