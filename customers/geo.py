"""Distances on the earth."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt
from typing import Any

EARTH_M = 6_371_008.8  # mean radius


def metres_between(lat1: Any, lon1: Any, lat2: Any, lon2: Any) -> int:
    """Great-circle distance in whole metres (haversine); good to half a per cent."""
    a1, o1, a2, o2 = (radians(float(value)) for value in (lat1, lon1, lat2, lon2))
    half = sin((a2 - a1) / 2) ** 2 + cos(a1) * cos(a2) * sin((o2 - o1) / 2) ** 2
    return round(2 * EARTH_M * asin(min(1.0, sqrt(half))))
