"""The form of a visit written without network: whom one may visit stands in it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.forms.visits import LogVisitForm
from customers.models import Customer
from customers.selectors import alive, open_visits
from salesops.core.keys import is_key
from salesops.core.policies import can

MOST = 500
AHEAD_DAYS = 14


def key_of(text: str) -> tuple[str, int]:
    """``v:5`` is a planned visit, ``c:7`` a customer; anything else nothing."""
    kind, _sep, key = text.partition(":")
    return (kind, int(key)) if kind in ("v", "c") and is_key(key) else ("", 0)


class OfflineVisitForm(LogVisitForm):
    """As the form of an unplanned visit; planned ones and own customers are chosen from one list."""

    whom = forms.ChoiceField(label=_("Customer or planned visit"))
    field_order = ("whom", *LogVisitForm.field_order)
    wide = (*LogVisitForm.wide, "whom")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("customer", "owner", "contacts"):
            self.fields.pop(name, None)
        self.fields["whom"].widget = forms.Select(attrs={"class": "form-select"})
        self.fields["whom"].choices = self.people()

    def people(self) -> list[Any]:
        today = timezone.localdate()
        planned = open_visits(self.user, until=today + timedelta(days=AHEAD_DAYS))[:MOST]
        mine = alive(Customer.objects.filter(owner=self.user)).order_by("name", "pk")[:MOST]
        visits = [
            (
                f"v:{visit.pk}",
                f"{visit.customer} · {date_format(visit.planned_date, 'SHORT_DATE_FORMAT')} {visit.purpose}",
            )
            for visit in planned
            if can(self.user, "log", visit)
        ]
        customers = [(f"c:{customer.pk}", str(customer)) for customer in mine]
        return [("", "–"), (gettext("Planned visits"), visits), (gettext("My customers"), customers)]
