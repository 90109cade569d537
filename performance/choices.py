"""Words of targets, figures and the monthly close."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from salesops.core.money import places_of


class Basis(models.TextChoices):
    """When a sale counts: one basis for the whole company (domain §4)."""

    ORDER = "order", _("orders confirmed, by order date")
    SHIPMENT = "shipment", _("goods shipped, by shipping date")
    INVOICE = "invoice", _("receivables issued, by issue date")


class Dimension(models.TextChoices):
    """By what a figure is split. ``POST`` is a person in a team: the grain of the roll-up."""

    COMPANY = "company", _("Company")
    DEPARTMENT = "department", _("Department")
    TEAM = "team", _("Team")
    STAFF = "staff", _("Person")
    CUSTOMER = "customer", _("Customer")
    PRODUCT = "product", _("Product")
    REGION = "region", _("Region")
    CATEGORY = "category", _("Product category")
    POST = "post", _("Person in a team")


class Unit(models.TextChoices):
    MONEY = "money", _("money")
    COUNT = "count", _("count")
    QUANTITY = "quantity", _("quantity")
    PERCENT = "percent", _("%")
    DAYS = "days", _("days")


class Direction(models.TextChoices):
    UP = "up", _("more is better")
    DOWN = "down", _("less is better")


class Pace(models.TextChoices):
    """How an attainment stands against the share of the period that has passed."""

    AHEAD = "ahead", _("ahead")
    ON_TRACK = "on_track", _("on track")
    AT_RISK = "at_risk", _("at risk")
    BEHIND = "behind", _("behind")


OPEN_DIMENSIONS = [
    Dimension.STAFF,
    Dimension.TEAM,
    Dimension.DEPARTMENT,
    Dimension.CUSTOMER,
    Dimension.PRODUCT,
    Dimension.REGION,
    Dimension.CATEGORY,
]


def places_of_target(unit: str) -> int:
    """Decimals of a target's value by the unit of its KPI: coins of the base currency; rates are fractions."""
    if unit == Unit.MONEY:
        return places_of()
    return {Unit.PERCENT: 4, Unit.COUNT: 0}.get(Unit(unit), 2)
