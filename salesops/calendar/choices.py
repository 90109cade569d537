"""Regions whose list of working days can be filled from a maintained package."""

from django.utils.translation import gettext_lazy as _

REGIONS = {"CN": _("Mainland China"), "TW": _("Taiwan")}
BY_HAND = "hand"
