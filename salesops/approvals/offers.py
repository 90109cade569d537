"""Ways out of a refusal that this room draws as buttons, besides the request itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from salesops.core.errors import Offer


@dataclass(frozen=True)
class PassUpOffer(Offer):
    """A decision beyond one's limit goes to the superior in one act (ORG-05)."""

    request: Any
    superior: Any
