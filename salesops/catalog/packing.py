"""Volumes, freight and trade prices (domain §9, QUO-06). Pure arithmetic: no tables, no clock.

Volumes are computed to 4 decimals and kept to 3; prices are rounded to the cent. The numbers that the
handbook sets (smallest shared volume, divisors, markup) come in as arguments.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from salesops.core.errors import InvalidInput
from salesops.core.money import round_money

CM3_PER_M3 = Decimal(1_000_000)
FT3_PER_M3 = Decimal("35.315")
USABLE_CBM = {"20": Decimal(28), "40": Decimal(58), "40HQ": Decimal(68)}


def _positive(**values: Decimal) -> None:
    for name, value in values.items():
        if value <= 0:
            raise InvalidInput(_("A measure must be greater than zero."), field=name)


def carton_cbm(length: Decimal, width: Decimal, height: Decimal) -> Decimal:
    """Cubic metres of a carton from centimetres, exact: 50 × 45 × 35 is 0.07875."""
    _positive(length=length, width=width, height=height)
    return length * width * height / CM3_PER_M3


def kept_cbm(cbm: Decimal) -> Decimal:
    """Cubic metres as documents show them: computed to 4 decimals, kept to 3."""
    return cbm.quantize(Decimal("0.0001"), ROUND_HALF_UP).quantize(Decimal("0.001"), ROUND_HALF_UP)


def cubic_feet(cbm: Decimal) -> Decimal:
    """材: cubic feet of a volume in cubic metres, two decimals: 0.07875 is 2.78."""
    return round_money(cbm * FT3_PER_M3)


def lcl_freight(cbm: Decimal, gross_tonnes: Decimal, rate: Decimal, *, minimum: Decimal) -> Decimal:
    """Charge of a shared container: max(m³, t, minimum) × rate, in the rate's currency."""
    return round_money(max(cbm, gross_tonnes, minimum) * rate)


def fcl_units(capacity: Decimal, cbm: Decimal, pieces: int, *, gross_kg: Decimal, payload_kg: Decimal) -> int:
    """Pieces that fit a full container by volume, and by payload where weights are known (0: unknown)."""
    _positive(cbm=cbm, capacity=capacity, pieces_per_carton=Decimal(pieces))
    cartons = int(capacity // cbm)
    if gross_kg > 0 and payload_kg > 0:
        cartons = min(cartons, int(payload_kg // gross_kg))
    return cartons * pieces


def fcl_freight_per_unit(container_rate: Decimal, units: int) -> Decimal:
    """Freight of one piece in a full container. Raises ``InvalidInput`` when nothing fits."""
    if units <= 0:
        raise InvalidInput(_("Not even one carton fits into this container."), field="cbm")
    return round_money(container_rate / units)


def freight_per_unit(charge: Decimal, units: int) -> Decimal:
    """Freight of one piece from the charge of a shipment of ``units`` pieces."""
    _positive(units=Decimal(units))
    return round_money(charge / units)


def chargeable_weight(
    length: Decimal, width: Decimal, height: Decimal, gross_kg: Decimal, *, divisor: int
) -> Decimal:
    """Kilograms an airline charges for a carton: cm³ ÷ divisor or gross weight, the larger; two decimals."""
    _positive(length=length, width=width, height=height)
    return max(round_money(length * width * height / divisor), round_money(gross_kg))


def fob_price(
    cost: Decimal, fx: Decimal, *, expense: Decimal, profit: Decimal, commission: Decimal = Decimal(0)
) -> Decimal:
    """FOB = cost ÷ fx ÷ (1−expense) ÷ (1−commission) ÷ (1−profit), all shares as fractions.

    ``fx`` is units of the cost's currency for one unit of the price's currency.
    """
    _positive(fx=fx)
    for name, share in {"expense": expense, "commission": commission, "profit": profit}.items():
        if not 0 <= share < 1:
            raise InvalidInput(_("A share lies between 0 % and less than 100 %."), field=name)
    return round_money(cost / fx / (1 - expense) / (1 - commission) / (1 - profit))


def cfr_price(fob: Decimal, freight: Decimal) -> Decimal:
    """CFR (C&F) = FOB + freight per unit."""
    return fob + freight


def cif_price(cfr: Decimal, *, premium: Decimal, markup: Decimal) -> Decimal:
    """CIF = CFR ÷ (1 − (1 + markup) × premium rate)."""
    share = (1 + markup) * premium
    if not 0 <= share < 1:
        raise InvalidInput(_("A share lies between 0 % and less than 100 %."), field="premium")
    return round_money(cfr / (1 - share))
