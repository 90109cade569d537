"""Shares are rounded for display, never cut."""

from decimal import Decimal

import pytest

from salesops.ui.templatetags.ui import percent


@pytest.mark.parametrize(
    ("fraction", "places", "shown"), [("0.2353", 0, "24 %"), ("0.1259", 1, "12.6 %"), ("1", 0, "100 %")]
)
def test_a_share_is_rounded_half_up(fraction, places, shown):
    assert percent(Decimal(fraction), places) == shown
