"""Volumes, freight and trade prices: the vectors of domain §9."""

from decimal import Decimal as D

import pytest

from salesops.catalog import packing
from salesops.core.errors import InvalidInput


def test_carton_volume_in_cubic_metres_and_feet():
    cbm = packing.carton_cbm(D(50), D(45), D(35))
    assert cbm == D("0.07875")
    assert packing.kept_cbm(cbm) == D("0.079")
    assert packing.cubic_feet(cbm) == D("2.78")


def test_shared_container_by_volume_weight_or_minimum():
    total = packing.carton_cbm(D(50), D(45), D(35)) * 100
    charge = packing.lcl_freight(total, D("2.1"), D(80), minimum=D(1))
    assert charge == D("630.00")
    assert packing.freight_per_unit(charge, 2400) == D("0.26")
    assert packing.lcl_freight(D("0.2"), D("0.1"), D(80), minimum=D(1)) == D("80.00")
    assert packing.lcl_freight(D("2"), D("3.5"), D(80), minimum=D(1)) == D("280.00")


def test_full_container_by_volume_and_payload():
    units = packing.fcl_units(D(28), D("0.07875"), 24, gross_kg=D(0), payload_kg=D(0))
    assert units == 355 * 24
    assert packing.fcl_units(D(28), D("0.07875"), 24, gross_kg=D(100), payload_kg=D(21000)) == 210 * 24
    assert packing.fcl_freight_per_unit(D(1800), units) == D("0.21")
    with pytest.raises(InvalidInput):
        packing.fcl_freight_per_unit(D(1800), 0)


def test_air_freight_charges_the_larger_weight():
    assert packing.chargeable_weight(D(50), D(45), D(35), D(10), divisor=6000) == D("13.13")
    assert packing.chargeable_weight(D(50), D(45), D(35), D(10), divisor=5000) == D("15.75")
    assert packing.chargeable_weight(D(50), D(45), D(35), D(20), divisor=6000) == D("20.00")


def test_fob_cfr_cif():
    fob = packing.fob_price(D(360), D("29.05"), expense=D("0.082"), profit=D("0.065"))
    assert fob == D("14.44")
    cfr = packing.cfr_price(fob, D("0.13"))
    assert cfr == D("14.57")
    assert packing.cif_price(cfr, premium=D("0.0024"), markup=D("0.10")) == D("14.61")


@pytest.mark.parametrize("share", [D("1"), D("-0.1"), D("2")])
def test_impossible_shares_are_refused(share):
    with pytest.raises(InvalidInput):
        packing.fob_price(D(360), D("29.05"), expense=share, profit=D("0.1"))
