"""Carbon: a price on the greenhouse gas of carriage, by the service it goes by."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from domroute.costs.base import TermModel
from domroute.costs.nature import Fact
from domroute.costs.parcel import carriers_of
from domroute.costs.registry import register
from domroute.costs.term import Charges, Question, ShipmentFacts
from domroute.errors import InputError, Issue
from domroute.problem import NetworkArrays
from domroute.units import Id, Money


@register
class Carbon(TermModel):
    r"""
    A price on emissions: :math:`w\,p\,g_s\,m\,d / 10^6` for a shipment.

    With the weight :math:`w` of the term, the price :math:`p` of a kilogram, the factor
    :math:`g_s` of the service in grams per tonne-kilometer, the mass :math:`m` in
    kilograms and the distance :math:`d` in kilometers [1]_. What is collected, or
    quoted whatever it goes by, is charged nothing.

    References
    ----------
    .. [1] ISO 14083:2023, *Greenhouse gases: quantification and reporting of greenhouse
       gas emissions arising from transport chain operations*.

    Examples
    --------
    >>> Carbon(price_per_kg=0.1, g_per_tkm={"air": 1000.0, "road": 100.0}).name
    'carbon'
    """

    term: Literal["carbon"] = "carbon"
    name: Id = "carbon"
    price_per_kg: Money
    """Of a kilogram of carbon dioxide or its equivalent."""
    g_per_tkm: dict[Id, Money] = Field(min_length=1)
    """Grams per tonne-kilometer by each service of the network: none is a default."""

    is_cash: ClassVar[bool] = False
    depends_on: ClassVar[frozenset[Fact]] = frozenset({Fact.SERVICE})

    def prepare(self, arrays: NetworkArrays) -> _CarbonPricer:
        """
        Line the factors up with the services.

        Raises
        ------
        InputError
            If a service has no factor, or a factor no service. All are listed.
        """
        ids = [service.id for service in carriers_of(arrays.network)]
        where = f"{self.name}.g_per_tkm"
        issues = [
            Issue("missing", where, f"{name!r} has no factor")
            for name in ids
            if name not in self.g_per_tkm
        ]
        issues += [
            Issue("unknown_id", where, f"{name!r} is not a service of the network")
            for name in self.g_per_tkm
            if name not in ids
        ]
        if issues:
            raise InputError(issues)
        return _CarbonPricer(self, ids)

    def amount(self, facts: ShipmentFacts) -> float:
        """Price one shipment in plain Python."""
        if facts.service is None:
            return 0.0
        kg = sum(item.weight_kg * units for _, item, units in facts.contents)
        grams = self.g_per_tkm[facts.service] * kg / 1000 * facts.distance_km
        return self.weight * self.price_per_kg * grams / 1000


class _CarbonPricer:
    def __init__(self, term: Carbon, ids: list[str]) -> None:
        factors = np.array([*(term.g_per_tkm[name] for name in ids), 0.0])
        self._price = term.weight * term.price_per_kg * factors / 1e6
        """Of a kilogram and kilometer by each service; none by no service, the last."""

    def charges(self, question: Question) -> Charges:
        per_kg = self._price[question.service] * question.distance_km
        return Charges(per_unit=question.weight_kg[:, None] * per_kg)
