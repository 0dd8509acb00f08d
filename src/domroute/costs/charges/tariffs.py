"""Rate cards as arrays: prices of parcels, stepwise in weight and volume."""

from __future__ import annotations

from dataclasses import dataclass

from domroute.units import FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Tariff:
    """
    A price per parcel, stepwise in weight and volume.

    A shipment takes as few parcels of the last step as leave a rest that fits one step.

    Attributes
    ----------
    caps_kg, caps_cm3
        What a parcel of each step may hold at most, with the slack that sums of floats
        need; increasing; shape ``(T,)``.
    parcel_kg, parcel_cm3
        What a full parcel takes, where one is not enough.
    rates
        Price of a parcel by zone and step; not below zero, and never falling with the
        step; shape ``(Z, T)``.
    zone
        Zone of each offer; shape ``(M,)``.
    """

    caps_kg: FloatArray
    caps_cm3: FloatArray
    parcel_kg: float
    parcel_cm3: float
    rates: FloatArray
    zone: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class ByZone:
    """
    Cards of services whose zones are numbered alike.

    Attributes
    ----------
    first
        The row of the first zone of each service; shape ``(S,)``.
    start, rise
        A line below what parcels by two of the services cost together in each zone:
        where it starts, and what it rises by for a kilogram; shape ``(Y,)``, of the
        zones that all services have.
    """

    first: IntArray
    start: FloatArray
    rise: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Cards:
    """
    Tariffs of several services, one under the other, and a row of zeros under all.

    Attributes
    ----------
    tariffs
        One for each card; their zones are not looked at.
    rates
        The rates of all, zone under zone; the last stands where a card has fewer steps
        than another; shape ``(Z, T)``.
    card
        Which tariff each row of ``rates`` is of; -1 for the last; shape ``(Z,)``.
    row
        The row that each offer is charged by; shape ``(M,)``.
    start, rise
        A line below the steps of each row: where it starts, and what it rises by for a
        kilogram; shape ``(Z,)``.
    by_zone
        Where an offer's row is the first of its service and its zone beyond: what the
        services have in common zone by zone; None where rows are others.
    """

    tariffs: tuple[Tariff, ...]
    rates: FloatArray
    card: IntArray
    row: IntArray
    start: FloatArray
    rise: FloatArray
    by_zone: ByZone | None = None
